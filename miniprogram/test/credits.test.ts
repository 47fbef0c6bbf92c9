// WeChat is asked for three messages at a time, for those that lack most, each in its turn.

import { describe, expect, it } from 'vitest'
import { nextAsked } from '../src/lib/credits'

const templates = { emergency_raised: 'a', order_booked: 'b', order_cancelled: 'c', order_moved: 'd', visit_begun: 'e' }

describe('the messages asked for', () => {
  it('are three at most, and those with the fewest left', () => {
    const credits = { emergency_raised: 4, order_booked: 0, order_cancelled: 2, order_moved: 1 }
    expect(nextAsked({ templates, credits, asked: {} })).toEqual(['order_booked', 'visit_begun', 'order_moved'])
  })

  it('take turns where they are refused', () => {
    let asked: Record<string, number> = {}
    const seen: string[] = []
    for (let turn = 1; turn <= 2; turn++) {
      const now = nextAsked({ templates, credits: {}, asked })
      seen.push(...now)
      asked = { ...asked, ...Object.fromEntries(now.map((event) => [event, turn])) }
    }
    expect(new Set(seen)).toEqual(new Set(Object.keys(templates)))
  })

  it('name a template once, whatever it is used for', () => {
    expect(nextAsked({ templates: { order_booked: 'a', order_moved: 'a' }, credits: {}, asked: {} })).toEqual([
      'order_booked',
    ])
  })

  it('are none where there are no templates', () => {
    expect(nextAsked({ templates: {}, credits: {}, asked: {} })).toEqual([])
  })
})
