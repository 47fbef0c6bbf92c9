// What a worker pressed at the door: kept at once with its time, sent in order, and again until it
// is taken. Nothing here knows of uni-app, so that it is tested by itself.

import type { Where } from './types'

export type What = 'arrival' | 'leaving'
export interface Report { note?: string; differs?: string }

/** What was pressed of which visit; `title` says so to people. */
export interface At { order: string; day: string; title: string }

export interface Press extends At, Report {
  key: string
  what: What
  /** milliseconds since 1970 by the telephone's clock, whenever it is sent */
  at: number
  /** how far that clock was behind the server's; null where it was not known */
  behind: number | null
  place: Where | null
  /** why the server did not take it; empty while it may still */
  refused: string
  /** why it is not there yet although there is a network; it is tried again */
  trouble: string
}

/** What an attempt came to: no network, not now, never. */
export type Verdict = { kind: 'away' | 'failed' | 'refused'; said: string }

export interface Ports {
  load(): Press[]
  save(presses: Press[]): void
  /** Resolves once the server has it. */
  send(press: Press): Promise<unknown>
  verdict(error: unknown): Verdict
  later(work: () => void, ms: number): void
  now(): number
  behind(): number | null
  newKey(): string
  changed(): void
}

const WAITS_MS = [1000, 3000, 10_000, 30_000]

export const sameVisit = (one: { order: string; day: string }, other: { order: string; day: string }) =>
  one.order === other.order && one.day === other.day

/** When it was pressed by the server's clock, which is `behind` ahead of ours; never in the future. */
export function momentOf(press: Press, now: number, behind: number): number {
  return Math.min(press.at + (press.behind ?? behind), now + behind)
}

export class PressLine {
  private presses: Press[]
  private placing = new Set<string>()
  private sending = false
  private asked = false
  private tried = 0
  /** Whether all that waits would outlive the program. */
  kept = true

  constructor(private readonly ports: Ports) {
    this.presses = ports.load()
  }

  /** All that the server does not have yet. */
  get waiting(): readonly Press[] {
    return this.presses
  }

  of(visit: { order: string; day: string }, what: What): Press | undefined {
    return this.presses.find((one) => one.what === what && sameVisit(one, visit))
  }

  /** A button was pressed. Where that was may be known a little later, or never. */
  press(what: What, visit: At, place: Promise<Where | null>, report: Report = {}): void {
    const before = this.of(visit, what)
    if (before && !before.refused) return
    this.presses = this.presses.filter((one) => one !== before)
    const press: Press = {
      ...visit,
      ...report,
      key: this.ports.newKey(),
      what,
      at: this.ports.now(),
      behind: this.ports.behind(),
      place: null,
      refused: '',
      trouble: '',
    }
    this.presses.push(press)
    this.placing.add(press.key)
    this.keep()
    void place
      .catch(() => null)
      .then((where) => {
        press.place = where
        this.placing.delete(press.key)
        this.keep()
        return this.bring()
      })
  }

  /** Its owner wants it tried once more. */
  again(key: string): void {
    const press = this.presses.find((one) => one.key === key)
    if (press) press.refused = press.trouble = ''
    this.keep()
    this.resume()
  }

  /** Its owner has read why it was refused, and lets it be. */
  forget(key: string): void {
    this.presses = this.presses.filter((one) => one.key !== key)
    this.keep()
    this.resume() // what came after it at the same door
  }

  /** Send what waits, at the start of the program or when the network is back. */
  resume(): void {
    void this.bring()
  }

  private async bring(): Promise<void> {
    this.asked = true
    if (this.sending) return
    this.sending = true
    let left = false
    while (this.asked) {
      this.asked = false
      left = await this.round()
    }
    this.sending = false
    if (!left) this.tried = 0
    else this.ports.later(() => void this.bring(), WAITS_MS[Math.min(this.tried++, WAITS_MS.length - 1)])
  }

  /**
   * Each visit's presses in their order, for nobody leaves before they have arrived; one that is
   * not taken holds up its own visit and no other. Gives whether there is something to try again.
   */
  private async round(): Promise<boolean> {
    const held: Press[] = []
    let left = false
    for (const press of [...this.presses]) {
      if (held.some((one) => sameVisit(one, press))) continue
      const verdict = press.refused || this.placing.has(press.key) ? null : await this.sent(press)
      if (verdict === 'taken') continue
      if (verdict === 'away') return true
      left ||= verdict === 'failed'
      held.push(press)
    }
    return left
  }

  private async sent(press: Press): Promise<'taken' | Verdict['kind']> {
    let kind: 'taken' | Verdict['kind'] = 'taken'
    try {
      await this.ports.send(press)
      this.presses = this.presses.filter((one) => one !== press)
    } catch (error) {
      const verdict = this.ports.verdict(error)
      kind = verdict.kind
      press.refused = kind === 'refused' ? verdict.said : ''
      press.trouble = kind === 'failed' ? verdict.said : ''
    }
    this.keep()
    return kind
  }

  private keep(): void {
    try {
      this.ports.save(this.presses)
      this.kept = true
    } catch {
      this.kept = false // it is in memory, and on its way; the page says so
    }
    this.ports.changed()
  }
}
