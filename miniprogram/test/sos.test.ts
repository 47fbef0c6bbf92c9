// A cry is kept before it is sent, sent until it is taken, and never twice another one.

import { describe, expect, it } from 'vitest'
import { CryLine, type Cry, type Ports } from '../src/lib/sos'

const HERE = { latitude: 25, longitude: 117, system: 'wgs84' as const }

class World implements Ports {
  kept: Cry[] = []
  sent: { key: string; ago?: number; where?: unknown }[] = []
  full = false
  waiting: { work: () => void; ms: number }[] = []
  clock = 1_000_000
  online = true
  changes = 0
  private keys = 0

  load = () => structuredClone(this.kept)
  save = (cries: Cry[]) => {
    if (this.full) throw new Error('the storage is full')
    this.kept = structuredClone(cries)
  }
  send = async ({ key, where }: Cry, ago: number) => {
    if (!this.online) throw new Error('offline')
    this.sent.push(where ? { key, ago, where } : { key, ago })
  }
  locate = async ({ key }: Cry, where: unknown) => {
    if (!this.online) throw new Error('offline')
    this.sent.push({ key, where })
  }
  pass = () => 'pass'
  later = (work: () => void, ms: number) => void this.waiting.push({ work, ms })
  now = () => this.clock
  newKey = () => `key-${this.keys++}`
  changed = () => void this.changes++

  /** Let everything under way come to its end. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve()
  }

  /** Let the time of all waits pass. */
  async wait(): Promise<number[]> {
    const due = this.waiting.splice(0)
    due.forEach(({ work, ms }) => {
      this.clock += ms
      work()
    })
    await this.settle()
    return due.map(({ ms }) => ms)
  }
}

describe('a cry for help', () => {
  it('is sent again with the same key, ever more slowly, until it is taken', async () => {
    const world = new World()
    world.online = false
    const line = new CryLine(world)
    line.press(null)
    await world.settle()
    expect(world.kept).toMatchObject([{ key: 'key-0', taken: false }])
    const waits: number[] = []
    for (let turn = 0; turn < 6; turn++) waits.push(...(await world.wait()))
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 8000])
    world.online = true
    await world.wait()
    expect(world.sent).toEqual([{ key: 'key-0', ago: 32 }])
    expect(world.kept).toMatchObject([{ taken: true }])
    expect(world.waiting).toEqual([])
  })

  it('goes out where nothing can be kept', async () => {
    const world = new World()
    world.full = true
    const line = new CryLine(world)
    line.press(HERE)
    await world.settle()
    expect(world.sent).toEqual([{ key: 'key-0', ago: 0, where: HERE }])
    expect(line.latest).toMatchObject({ taken: true, placed: true, pass: 'pass' })
  })

  it('has no place to tell any more after an hour', async () => {
    const world = new World()
    const line = new CryLine(world)
    const { key } = line.press(null)
    await world.settle()
    world.clock += 3_700_000
    line.place(key, HERE)
    await world.settle()
    expect(world.sent).toHaveLength(1)
  })

  it('outlives the program', async () => {
    const world = new World()
    world.online = false
    new CryLine(world).press(null)
    await world.settle()
    world.online = true
    world.clock += 3_600_000
    const again = new CryLine(world)
    again.resume()
    await world.settle()
    expect(world.sent).toEqual([{ key: 'key-0', ago: 3600 }])
    again.resume()
    await world.settle()
    expect(world.sent).toHaveLength(1)
  })

  it('goes first, and its place after it as soon as it is known', async () => {
    const world = new World()
    const line = new CryLine(world)
    const { key } = line.press(null)
    line.place(key, HERE) // while the cry is on its way
    await world.settle()
    expect(world.sent.map(({ where }) => where)).toEqual([undefined, HERE])
    line.place(key, { ...HERE, latitude: 26 })
    await world.settle()
    expect(world.sent).toHaveLength(2)
  })

  it('is another one when the button is pressed again', async () => {
    const world = new World()
    const line = new CryLine(world)
    line.press(null)
    line.press(null)
    await world.settle()
    expect(world.sent.map(({ key }) => key)).toEqual(['key-0', 'key-1'])
    expect(line.latest?.key).toBe('key-1')
  })

  it('is forgotten a day after it was taken, and never before', () => {
    const world = new World()
    world.kept = [
      { key: 'old', at: 0, where: null, pass: '', taken: true, placed: false },
      { key: 'waits', at: 0, where: null, pass: '', taken: false, placed: false },
    ]
    world.clock = 25 * 3_600_000
    expect(new CryLine(world).latest?.key).toBe('waits')
    const line = new CryLine(world)
    line.press(null)
    expect(world.kept.map(({ key }) => key)).toEqual(['waits', 'key-0'])
  })
})
