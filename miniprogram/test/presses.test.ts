// A check-in pressed without a network is kept with its time, sent in order, and never twice.

import { describe, expect, it } from 'vitest'
import { PressLine, momentOf, type Ports, type Press, type Verdict } from '../src/lib/presses'

const HERE = { latitude: 25, longitude: 117, accuracy: 10, system: 'gcj02' as const }
const A = { order: 'o', day: '2026-03-04', title: '9:00 打扫卫生' }
const B = { order: 'other', day: '2026-03-04', title: '14:00 送餐' }
const PRESSED = Date.UTC(2026, 2, 4, 1, 10)

class Answer extends Error {
  constructor(readonly verdict: Verdict) {
    super()
  }
}

class World implements Ports {
  kept: Press[] = []
  sent: Press[] = []
  online = true
  full = false
  /** what the server says to a press, by what was pressed and where; once or for ever */
  answers: Record<string, Verdict> = {}
  waits: number[] = []
  clock = PRESSED
  slow: number | null = 0
  private due: (() => void)[] = []
  private keys = 0

  load = () => structuredClone(this.kept)
  save = (presses: Press[]) => {
    if (this.full) throw new Error('the storage is full')
    this.kept = structuredClone(presses)
  }
  send = async (press: Press) => {
    if (!this.online) throw new Answer({ kind: 'away', said: '连不上' })
    const answer = this.answers[`${press.what} ${press.order}`]
    if (answer) throw new Answer(answer)
    this.sent.push(structuredClone(press))
  }
  verdict = (error: unknown) => (error as Answer).verdict
  later = (work: () => void, ms: number) => {
    this.waits.push(ms)
    this.due.push(work)
  }
  now = () => this.clock
  behind = () => this.slow
  newKey = () => `key-${this.keys++}`
  changed = () => undefined

  async settle(): Promise<void> {
    for (let turn = 0; turn < 30; turn++) await Promise.resolve()
  }

  async wait(): Promise<void> {
    for (const work of this.due.splice(0)) work()
    await this.settle()
  }

  /** What reached the server, in its order. */
  get taken(): string[] {
    return this.sent.map(({ what, order }) => `${what} ${order}`)
  }
}

const at = Promise.resolve(HERE)

describe('what a worker pressed', () => {
  it('is kept with its own time while there is no network, and sent when it is back', async () => {
    const world = new World()
    world.online = false
    const line = new PressLine(world)
    line.press('arrival', A, at)
    await world.settle()
    expect(world.kept).toMatchObject([{ key: 'key-0', at: PRESSED, place: HERE }])
    for (let turn = 0; turn < 5; turn++) await world.wait()
    expect(world.waits).toEqual([1000, 3000, 10_000, 30_000, 30_000, 30_000])
    world.clock += 3_600_000
    world.online = true
    line.resume()
    await world.settle()
    expect(world.sent).toMatchObject([{ key: 'key-0', at: PRESSED }])
    expect(world.kept).toEqual([])
  })

  it('outlives the program, also before its place was known', async () => {
    const world = new World()
    new PressLine(world).press('arrival', A, new Promise(() => undefined))
    await world.settle()
    expect(world.sent).toEqual([])
    new PressLine(world).resume()
    await world.settle()
    expect(world.sent).toMatchObject([{ key: 'key-0', place: null }])
  })

  it('goes in order: nobody leaves before they have arrived', async () => {
    const world = new World()
    let found: (where: typeof HERE) => void = () => undefined
    const line = new PressLine(world)
    line.press('arrival', A, new Promise((resolve) => (found = resolve)))
    line.press('leaving', A, at, { note: '擦了窗户' })
    await world.settle()
    expect(world.sent).toEqual([])
    found(HERE)
    await world.settle()
    expect(world.taken).toEqual(['arrival o', 'leaving o'])
    expect(world.sent[1].note).toBe('擦了窗户')
  })

  it('is one however often it is pressed', async () => {
    const world = new World()
    world.online = false
    const line = new PressLine(world)
    line.press('arrival', A, at)
    line.press('arrival', A, at)
    await world.settle()
    expect(line.waiting).toHaveLength(1)
  })

  it('is shown where it was refused, holds up its own visit and no other, and is not lost', async () => {
    const world = new World()
    world.answers['arrival o'] = { kind: 'refused', said: '这个单子改了日子' }
    const line = new PressLine(world)
    line.press('arrival', A, at)
    line.press('leaving', A, at, { note: '擦了窗户' })
    line.press('leaving', B, Promise.reject(new Error('no place here')))
    await world.settle()
    expect(world.taken).toEqual(['leaving other'])
    expect(world.sent[0].place).toBeNull()
    expect(line.of(A, 'arrival')?.refused).toBe('这个单子改了日子')
    expect(world.waits).toEqual([])
    delete world.answers['arrival o'] // the desk has put it right
    line.again('key-0')
    await world.settle()
    expect(world.taken).toEqual(['leaving other', 'arrival o', 'leaving o'])
    expect(world.kept).toEqual([])
  })

  it('is let go only by whoever pressed it, and what followed is tried then', async () => {
    const world = new World()
    world.answers['arrival o'] = { kind: 'refused', said: '已经签到过了' }
    const line = new PressLine(world)
    line.press('arrival', A, at)
    line.press('leaving', A, at)
    await world.settle()
    expect(world.kept.map(({ key }) => key)).toEqual(['key-0', 'key-1'])
    line.forget('key-0')
    await world.settle()
    expect(world.taken).toEqual(['leaving o'])
  })

  it('may be pressed anew after it was refused', async () => {
    const world = new World()
    world.answers['leaving o'] = { kind: 'refused', said: '照片不对' }
    const line = new PressLine(world)
    line.press('leaving', A, at, { note: '擦了窗户' })
    await world.settle()
    delete world.answers['leaving o']
    line.press('leaving', A, at, { note: '擦了窗户和地' })
    await world.settle()
    expect(world.sent).toMatchObject([{ key: 'key-1', note: '擦了窗户和地' }])
    expect(line.waiting).toEqual([])
  })

  it('that breaks the server is parked in sight, and tried again while others go on', async () => {
    const world = new World()
    world.answers['arrival o'] = { kind: 'failed', said: '服务器出了点问题' }
    const line = new PressLine(world)
    line.press('arrival', A, at)
    line.press('leaving', A, at)
    line.press('arrival', B, at)
    await world.settle()
    expect(world.taken).toEqual(['arrival other'])
    expect(line.of(A, 'arrival')).toMatchObject({ refused: '', trouble: '服务器出了点问题' })
    for (let turn = 0; turn < 8; turn++) await world.wait()
    expect(line.waiting).toHaveLength(2)
    delete world.answers['arrival o']
    await world.wait()
    expect(world.taken).toEqual(['arrival other', 'arrival o', 'leaving o'])
    expect(line.waiting).toEqual([])
  })

  it('goes out where nothing can be kept, which is said', async () => {
    const world = new World()
    world.full = true
    world.online = false
    const line = new PressLine(world)
    line.press('arrival', A, at)
    await world.settle()
    expect(line.kept).toBe(false)
    world.online = true
    await world.wait()
    expect(world.sent).toHaveLength(1)
  })
})

describe('the time of a press', () => {
  const press = { at: PRESSED, behind: null } as Press

  it('is that of the server’s clock, whatever the telephone’s says', () => {
    const fast = -12 * 60_000
    expect(momentOf({ ...press, behind: fast }, PRESSED + 5000, fast)).toBe(PRESSED + fast)
    const slow = 3_600_000
    expect(momentOf({ ...press, behind: slow }, PRESSED + 5000, slow)).toBe(PRESSED + slow)
  })

  it('is put right later where the server’s was not known then', () => {
    expect(momentOf(press, PRESSED + 60_000, -720_000)).toBe(PRESSED - 720_000)
  })

  it('is never in the future, also where the telephone was put right meanwhile', () => {
    expect(momentOf({ ...press, behind: 0 }, PRESSED - 700_000, 0)).toBe(PRESSED - 700_000)
  })

  it('is kept with the press', async () => {
    const world = new World()
    world.slow = -720_000
    new PressLine(world).press('arrival', A, at)
    await world.settle()
    expect(world.sent).toMatchObject([{ at: PRESSED, behind: -720_000 }])
  })
})
