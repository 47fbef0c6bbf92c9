// What a worker writes down and photographs at a visit: kept as it is made, each picture under a key
// of its own, until the server has it. Nothing here knows of uni-app.

import { sameVisit, type Report } from './presses'

export interface Store {
  load(key: string): unknown
  save(key: string, value: string | Report): void
  drop(key: string): void
  keys(): string[]
}

interface Visit { order: string; day: string }

const WORDS = 'anban.report'
const PHOTO = 'anban.photo'
const SPARE = 'anban.spare'
/** characters that pictures leave free for what is pressed and written */
const SPARE_LENGTH = 20_000
/** so long the server takes what was kept */
const KEPT_DAYS = 7

export class Reports {
  /** pictures for which there was no room */
  private unkept = new Map<string, string>()

  constructor(private readonly store: Store) {}

  words(visit: Visit): Report {
    return (this.store.load(at(WORDS, visit)) || {}) as Report
  }

  write(visit: Visit, report: Report): void {
    try {
      this.store.save(at(WORDS, visit), report)
    } catch {
      // It is on the page, and goes out with the press.
    }
  }

  photo(visit: Visit): string {
    const key = at(PHOTO, visit)
    return this.unkept.get(key) ?? ((this.store.load(key) || '') as string)
  }

  /** Keep a picture; false where the telephone is full and it lasts as long as the program only. */
  keep(visit: Visit, photo: string): boolean {
    const key = at(PHOTO, visit)
    this.unkept.delete(key)
    try {
      this.store.save(key, photo)
      this.store.save(SPARE, ' '.repeat(SPARE_LENGTH))
    } catch {
      this.store.drop(key)
      this.unkept.set(key, photo)
    }
    this.store.drop(SPARE)
    return this.isKept(visit)
  }

  isKept(visit: Visit): boolean {
    return !this.unkept.has(at(PHOTO, visit))
  }

  /** The server has it. */
  drop(visit: Visit): void {
    this.unkept.delete(at(PHOTO, visit))
    this.store.drop(at(PHOTO, visit))
    this.store.drop(at(WORDS, visit))
  }

  /** Forget what nobody will take any more, but for what is still waiting. */
  sweep(today: Date, waiting: readonly Visit[]): void {
    const oldest = new Date(today.getTime() - KEPT_DAYS * 24 * 3_600_000).toISOString().slice(0, 10)
    for (const key of this.store.keys()) {
      const [, day, order] = /^anban\.(?:report|photo)\.([\d-]+)\.(.+)$/.exec(key) ?? []
      if (day && day < oldest && !waiting.some((one) => sameVisit(one, { order, day }))) this.store.drop(key)
    }
  }
}

const at = (what: string, { order, day }: Visit) => `${what}.${day}.${order}`
