// A cry for help: sent at once and kept, sent again until the server says that it has it.
//
// Nothing here knows of uni-app, so that it is tested by itself. The key is made with the press, so
// however often it is sent, it is one cry.

import type { Where } from './types'

export interface Cry {
  key: string
  /** milliseconds since 1970 */
  at: number
  where: Where | null
  /** the pass it was cried with: what follows belongs to the same account */
  pass: string
  taken: boolean
  /** the position was taken, too */
  placed: boolean
}

export interface Ports {
  load(): Cry[]
  save(cries: Cry[]): void
  /** Resolves once the server has it; rejects where it did not answer. */
  send(cry: Cry, ago: number): Promise<unknown>
  /** Resolves once the server knows the place of a cry that has arrived. */
  locate(cry: Cry, where: Where): Promise<unknown>
  pass(): string
  later(work: () => void, ms: number): void
  now(): number
  newKey(): string
  changed(): void
}

const WAITS_MS = [500, 1000, 2000, 4000, 8000]
/** seconds after which a place is no news any more */
const PLACE_S = 3600
const KEPT_MS = 24 * 3600 * 1000

export class CryLine {
  private cries: Cry[]
  private sending = new Set<string>()
  private tries = new Map<string, number>()

  constructor(private readonly ports: Ports) {
    this.cries = ports.load().filter((cry) => !cry.taken || ports.now() - cry.at < KEPT_MS)
  }

  /** The latest cry, if there is one. */
  get latest(): Cry | null {
    return this.cries[this.cries.length - 1] ?? null
  }

  /** The red button was confirmed. */
  press(where: Where | null): Cry {
    const cry: Cry = {
      key: this.ports.newKey(),
      at: this.ports.now(),
      where,
      pass: this.ports.pass(),
      taken: false,
      placed: false,
    }
    this.cries.push(cry)
    void this.bring(cry) // a storage that is full holds up no cry
    this.keep()
    return cry
  }

  /** The position is known now. */
  place(key: string, where: Where): void {
    const cry = this.cries.find((one) => one.key === key)
    if (!cry || cry.placed) return
    cry.where = where
    this.keep()
    void this.bring(cry)
  }

  /** Send what waits, at the start of the program or when the network is back. */
  resume(): void {
    for (const cry of this.cries) void this.bring(cry)
  }

  private async bring(cry: Cry): Promise<void> {
    if (this.sending.has(cry.key)) return
    this.sending.add(cry.key)
    try {
      if (!cry.taken) {
        const { where } = cry
        await this.ports.send(cry, this.ago(cry))
        cry.taken = true
        cry.placed = where !== null
        this.keep()
      }
      if (cry.where && !cry.placed && this.ago(cry) < PLACE_S) {
        await this.ports.locate(cry, cry.where)
        cry.placed = true
        this.keep()
      }
      this.tries.delete(cry.key)
    } catch {
      const tried = this.tries.get(cry.key) ?? 0
      this.tries.set(cry.key, tried + 1)
      this.ports.later(() => void this.bring(cry), WAITS_MS[Math.min(tried, WAITS_MS.length - 1)])
    } finally {
      this.sending.delete(cry.key)
    }
    // The position may have come while the cry itself was on its way.
    const late = cry.taken && cry.where && !cry.placed && this.ago(cry) < PLACE_S
    if (late && !this.tries.has(cry.key)) void this.bring(cry)
  }

  private ago(cry: Cry): number {
    return Math.max(0, Math.round((this.ports.now() - cry.at) / 1000))
  }

  private keep(): void {
    try {
      this.ports.save(this.cries)
    } catch {
      // It is in memory, and on its way.
    }
    this.ports.changed()
  }
}
