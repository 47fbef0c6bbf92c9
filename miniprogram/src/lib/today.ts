// The elder's day in a few lines: only what is known, and what it is known from.

import { LIVE, type ElderPage, type Visit } from './types'
import { timeOf } from './words'

export const nextVisit = (page: ElderPage): Visit | undefined =>
  page.visits?.find((visit) => visit.status === 'placed' || visit.status === 'confirmed')

export function today(page: ElderPage): string[] {
  const lines: string[] = []
  const live = page.alarms.find((alarm) => LIVE.includes(alarm.status))
  if (live) lines.push(live.held_by ? `呼救中，${live.held_by}已接手` : '呼救中，还没有人接手')
  if (page.today === null) lines.push('老人没有同意让您看每天的情况。')
  else {
    const { spoke_at, device_at } = page.today
    if (spoke_at) lines.push(`今天 ${timeOf(spoke_at)} 用过安伴。`)
    if (device_at) lines.push(`家里的设备 ${timeOf(device_at)} 有消息。`)
    if (!spoke_at && !device_at && !live) lines.push('今天还没有消息。没有消息不等于有事，可以打个电话问问。')
  }
  const visit = nextVisit(page)
  if (visit) lines.push(`下一次上门：${visit.when}，${visit.name}。`)
  return lines
}
