// What the pages say by themselves is only what is so.

import { describe, expect, it } from 'vitest'
import { today } from '../src/lib/today'
import type { ElderPage } from '../src/lib/types'
import { dayOf, goodDay, timeOf, yuan } from '../src/lib/words'

const page = (values: Partial<ElderPage>): ElderPage => ({
  card: { elder_id: 'e', name: '林秀英', relation: '女儿', role: 'family', phone: null, consents: [] },
  today: { spoke_at: null, device_at: null },
  last_place: null,
  visits: [],
  alarms: [],
  ...values,
})

describe('the day of an elder', () => {
  it('says that nothing is known, and does not call that well', () => {
    expect(today(page({}))).toEqual(['今天还没有消息。没有消息不等于有事，可以打个电话问问。'])
  })

  it('says nothing of what was not agreed to', () => {
    expect(today(page({ today: null, visits: null }))).toEqual(['老人没有同意让您看每天的情况。'])
  })

  it('names a cry for help first, and who holds it', () => {
    const alarm = { status: 'acknowledged', held_by: '周站长' } as ElderPage['alarms'][0]
    expect(today(page({ alarms: [alarm] }))[0]).toBe('呼救中，周站长已接手')
  })
})

describe('words', () => {
  it('greets by the hour', () => {
    expect([3, 7, 10, 12, 15, 20].map(goodDay)).toEqual(['您好', '早上好', '上午好', '中午好', '下午好', '晚上好'])
  })

  it('tells day, time and money as people do', () => {
    expect(dayOf(new Date(2026, 2, 5))).toBe('3月5日 星期四')
    const now = new Date(2026, 2, 5, 12)
    expect(timeOf(new Date(2026, 2, 5, 9, 5).toISOString(), now)).toBe('9:05')
    expect(timeOf(new Date(2026, 2, 4, 9, 5).toISOString(), now)).toBe('3月4日 9:05')
    expect([3500, 1250, null].map(yuan)).toEqual(['35元', '12.50元', ''])
  })
})
