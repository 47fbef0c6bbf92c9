// A check-in pressed without a network is kept with its time, sent in order, and never twice.

import { describe, expect, it } from 'vitest'
import { PressLine, type Ports, type Press } from '../src/lib/presses'

const HERE = { latitude: 25, longitude: 117, accuracy: 10, system: 'gcj02' as const }

class World implements Ports {
  kept: Press[] = []
  sent: Press[] = []
  online = true
  full = false
  refuses: Record<string, string> = {}
  waits: number[] = []
  clock = Date.UTC(2026, 2, 4, 1, 10)
  private due: (() => void)[] = []
  private keys = 0

  load = () => structuredClone(this.kept)
  save = (presses: Press[]) => {
    if (this.full) throw new Error('the storage is full')
    this.kept = structuredClone(presses)
  }
  send = async (press: Press) => {
    if (!this.online) throw new Error('offline')
    if (this.refuses[press.what]) throw new Error(this.refuses[press.what])
    this.sent.push(structuredClone(press))
  }
  refusal = (error: unknown) => ((error as Error).message === 'offline' ? '' : (error as Error).message)
  later = (work: () => void, ms: number) => {
    this.waits.push(ms)
    this.due.push(work)
  }
  now = () => this.clock
  newKey = () => `key-${this.keys++}`
  changed = () => undefined

  async settle(): Promise<void> {
    for (let turn = 0; turn < 30; turn++) await Promise.resolve()
  }

  async wait(): Promise<void> {
    for (const work of this.due.splice(0)) work()
    await this.settle()
  }
}

const at = Promise.resolve(HERE)

describe('what a worker pressed', () => {
  it('is kept with its own time while there is no network, and sent when it is back', async () => {
    const world = new World()
    world.online = false
    const line = new PressLine(world)
    line.press('arrival', 'o', '2026-03-04', at)
    await world.settle()
    expect(world.kept).toMatchObject([{ key: 'key-0', at: '2026-03-04T01:10:00.000Z', place: HERE }])
    for (let turn = 0; turn < 5; turn++) await world.wait()
    expect(world.waits).toEqual([1000, 3000, 10_000, 30_000, 30_000, 30_000])
    world.clock += 3_600_000
    world.online = true
    line.resume()
    await world.settle()
    expect(world.sent).toMatchObject([{ key: 'key-0', at: '2026-03-04T01:10:00.000Z' }])
    expect(world.kept).toEqual([])
  })

  it('outlives the program, also before its place was known', async () => {
    const world = new World()
    new PressLine(world).press('arrival', 'o', 'd', new Promise(() => undefined))
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
    line.press('arrival', 'o', 'd', new Promise((resolve) => (found = resolve)))
    line.press('leaving', 'o', 'd', at, { note: '擦了窗户' })
    await world.settle()
    expect(world.sent).toEqual([])
    found(HERE)
    await world.settle()
    expect(world.sent.map(({ what, note }) => [what, note])).toEqual([
      ['arrival', undefined],
      ['leaving', '擦了窗户'],
    ])
  })

  it('is one however often it is pressed', async () => {
    const world = new World()
    world.online = false
    const line = new PressLine(world)
    line.press('arrival', 'o', 'd', at)
    line.press('arrival', 'o', 'd', at)
    await world.settle()
    expect(line.waiting).toHaveLength(1)
  })

  it('is shown where it was refused, and holds up nothing else', async () => {
    const world = new World()
    world.refuses = { arrival: '这个单子已经取消' }
    const line = new PressLine(world)
    line.press('arrival', 'o', 'd', at)
    line.press('leaving', 'other', 'd', Promise.reject(new Error('no place here')))
    await world.settle()
    expect(world.sent.map(({ order, place }) => [order, place])).toEqual([['other', null]])
    expect(line.of('o', 'd', 'arrival')?.refused).toBe('这个单子已经取消')
    line.forget('key-0')
    expect(world.kept).toEqual([])
  })

  it('goes out where nothing can be kept', async () => {
    const world = new World()
    world.full = true
    new PressLine(world).press('arrival', 'o', 'd', at)
    await world.settle()
    expect(world.sent).toHaveLength(1)
  })
})
