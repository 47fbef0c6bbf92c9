// What a worker wrote and photographed is not lost: not by a closed program, not by a full telephone.

import { describe, expect, it } from 'vitest'
import { Reports, type Store } from '../src/lib/reports'

class Telephone implements Store {
  readonly kept = new Map<string, unknown>()
  constructor(private readonly room = 5_000_000) {}

  load = (key: string) => this.kept.get(key) ?? ''
  save = (key: string, value: unknown) => {
    const size = (one: unknown) => JSON.stringify(one).length
    const others = [...this.kept].filter(([name]) => name !== key).map(([, one]) => size(one))
    if (others.reduce((sum, one) => sum + one, size(value)) > this.room) throw new Error('full')
    this.kept.set(key, value)
  }
  drop = (key: string) => void this.kept.delete(key)
  keys = () => [...this.kept.keys()]
}

const A = { order: 'a', day: '2026-03-04' }
const B = { order: 'b', day: '2026-03-04' }
const PICTURE = 'x'.repeat(400_000)

describe('a report', () => {
  it('outlives the program, each picture under a key of its own', () => {
    const telephone = new Telephone()
    const reports = new Reports(telephone)
    reports.write(A, { note: '擦了窗户' })
    expect(reports.keep(A, PICTURE)).toBe(true)
    expect(reports.keep(B, PICTURE)).toBe(true)
    expect(telephone.keys()).toHaveLength(3)
    const later = new Reports(telephone)
    expect(later.words(A)).toEqual({ note: '擦了窗户' })
    expect(later.photo(A)).toBe(PICTURE)
    later.drop(A)
    expect([later.photo(A), later.words(A), later.photo(B)]).toEqual(['', {}, PICTURE])
  })

  it('leaves room for what is pressed, says so, and goes out all the same', () => {
    const telephone = new Telephone(810_000)
    const reports = new Reports(telephone)
    expect(reports.keep(A, PICTURE)).toBe(true)
    expect(reports.keep(B, PICTURE)).toBe(false)
    expect([reports.isKept(A), reports.isKept(B)]).toEqual([true, false])
    expect(reports.photo(B)).toBe(PICTURE)
    expect(() => telephone.save('anban.pressed', 'y'.repeat(10_000))).not.toThrow()
    reports.drop(A)
    telephone.drop('anban.pressed')
    expect(reports.keep(B, PICTURE)).toBe(true) // taken again, now that there is room
    expect(reports.isKept(B)).toBe(true)
  })

  it('is forgotten after a week, but for what still waits', () => {
    const telephone = new Telephone()
    const reports = new Reports(telephone)
    telephone.save('anban.day', 'today')
    for (const one of [A, B]) reports.keep(one, PICTURE)
    reports.sweep(new Date('2026-03-11T08:00:00Z'), [])
    expect(reports.photo(A)).toBe(PICTURE)
    reports.sweep(new Date('2026-03-12T08:00:00Z'), [B])
    expect([reports.photo(A), reports.photo(B)]).toEqual(['', PICTURE])
    expect(telephone.keys()).toContain('anban.day')
  })
})
