// What a worker pressed at the door: kept at once with its time, sent in order, and again until it
// is taken. Nothing here knows of uni-app, so that it is tested by itself.

import type { Where } from './types'

export type What = 'arrival' | 'leaving'
export interface Report { note?: string; differs?: string; photo?: string }

export interface Press extends Report {
  key: string
  what: What
  order: string
  day: string
  /** ISO 8601: when the button was pressed, whenever it is sent */
  at: string
  place: Where | null
  /** why the server did not take it; empty while it may still */
  refused: string
}

export interface Ports {
  load(): Press[]
  save(presses: Press[]): void
  /** Resolves once the server has it. */
  send(press: Press): Promise<unknown>
  /** Why a press will never be taken; empty where it is to be tried again. */
  refusal(error: unknown): string
  later(work: () => void, ms: number): void
  now(): number
  newKey(): string
  changed(): void
}

const WAITS_MS = [1000, 3000, 10_000, 30_000]

export class PressLine {
  private presses: Press[]
  private placing = new Set<string>()
  private sending = false
  private tried = 0

  constructor(private readonly ports: Ports) {
    this.presses = ports.load()
  }

  /** All that the server does not have yet. */
  get waiting(): readonly Press[] {
    return this.presses
  }

  of(order: string, day: string, what: What): Press | undefined {
    return this.presses.find((one) => one.order === order && one.day === day && one.what === what)
  }

  /** A button was pressed. Where that was may be known a little later, or never. */
  press(what: What, order: string, day: string, place: Promise<Where | null>, report: Report = {}): void {
    if (this.of(order, day, what)) return
    const at = new Date(this.ports.now()).toISOString()
    const press: Press = { key: this.ports.newKey(), what, order, day, at, place: null, refused: '', ...report }
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

  /** Its owner has read why a press was refused. */
  forget(key: string): void {
    this.presses = this.presses.filter((one) => one.key !== key)
    this.keep()
  }

  /** Send what waits, at the start of the program or when the network is back. */
  resume(): void {
    void this.bring()
  }

  /** One after the other: nobody leaves before they have arrived. */
  private async bring(): Promise<void> {
    if (this.sending) return
    this.sending = true
    try {
      for (let next = this.next(); next; next = this.next()) await this.sent(next)
      this.tried = 0
    } catch {
      const wait = WAITS_MS[Math.min(this.tried++, WAITS_MS.length - 1)]
      this.ports.later(() => void this.bring(), wait)
    } finally {
      this.sending = false
    }
  }

  private next(): Press | undefined {
    const first = this.presses.find((one) => !one.refused)
    return first && !this.placing.has(first.key) ? first : undefined
  }

  private async sent(press: Press): Promise<void> {
    try {
      await this.ports.send(press)
      this.presses = this.presses.filter((one) => one !== press)
    } catch (error) {
      press.refused = this.ports.refusal(error)
      if (!press.refused) throw error
    }
    this.keep()
  }

  private keep(): void {
    try {
      this.ports.save(this.presses)
    } catch {
      // It is in memory, and on its way.
    }
    this.ports.changed()
  }
}
