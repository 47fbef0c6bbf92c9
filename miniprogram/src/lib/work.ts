// A worker's day, kept for where there is no network, and the line of what was pressed.

import { ref } from 'vue'
import { Trouble, call, newKey } from './api'
import { me, refreshMe } from './me'
import { findPlace } from './place'
import { PressLine, type Press, type Report, type What } from './presses'
import type { Day, Stop, Where } from './types'

const KEPT = 'anban.presses'
const KEPT_DAY = 'anban.day'
const PATIENCE = { timeout: 60_000 }

interface KeptDay { date: string; day: Day }

/** Addresses of elders stay no longer on the telephone than their day. */
function keptDay(): Day | null {
  const kept = uni.getStorageSync(KEPT_DAY) as KeptDay | ''
  if (kept && kept.date === new Date().toDateString()) return kept.day
  uni.removeStorageSync(KEPT_DAY)
  return null
}

export const day = ref<Day | null>(keptDay())
export const waiting = ref<Press[]>([])

function keep(found: Day | null): void {
  day.value = found
  if (found) uni.setStorageSync(KEPT_DAY, { date: new Date().toDateString(), day: found })
  else uni.removeStorageSync(KEPT_DAY)
}

export async function lookAtDay(): Promise<void> {
  try {
    keep(await call<Day>('GET', '/v1/mini/work'))
  } catch (error) {
    if (error instanceof Trouble && error.status === 404) {
      keep(null) // it is no worker's account any more
      void refreshMe().catch(() => undefined)
    }
    throw error
  }
}

function body({ at, place, what, note, differs, photo }: Press): object {
  const here = place && { ...place, accuracy: place.accuracy ?? 0 }
  return what === 'arrival' ? { at, place: here } : { at, place: here, note, differs, photo }
}

async function send(press: Press): Promise<void> {
  const { order, day: date, what, key } = press
  const path = `/v1/mini/work/${order}/${date}/${what}`
  take(await call<Stop>('POST', path, body(press), { ...PATIENCE, key }))
}

function take(stop: Stop): void {
  if (!day.value) return
  const stops = day.value.stops.map((one) => (sameStop(one, stop) ? stop : one))
  keep({ ...day.value, stops })
}

const sameStop = (one: Stop, other: Stop) => one.order_id === other.order_id && one.day === other.day

export const line = new PressLine({
  load: () => uni.getStorageSync(KEPT) || [],
  save: (all) => uni.setStorageSync(KEPT, all),
  send,
  refusal: (error) =>
    error instanceof Trouble && [400, 404, 409, 422].includes(error.status) ? error.message : '',
  later: (work, ms) => void setTimeout(work, ms),
  now: () => Date.now(),
  newKey,
  changed: () => {
    waiting.value = line.waiting.map((one) => ({ ...one }))
  },
})

/** Send what an earlier visit could not, now and whenever the network is back. */
export function watchPresses(): void {
  waiting.value = [...line.waiting]
  line.resume()
  uni.onNetworkStatusChange((state) => {
    if (state.isConnected) line.resume()
  })
}

/** A button at the door was pressed; where that was is asked only of whoever agreed. */
export function press(what: What, stop: Stop, report: Report = {}): void {
  const place: Promise<Where | null> = day.value?.places ? findPlace() : Promise.resolve(null)
  line.press(what, stop.order_id, stop.day, place, report)
}

export async function agree(agreed: boolean): Promise<void> {
  const found = await call<{ name: string; places: boolean }>('PUT', '/v1/mini/work/places', { agreed })
  if (day.value) keep({ ...day.value, places: found.places })
  if (me.value.work) me.value = { ...me.value, work: found }
}

/** How far a visit is, with what the server does not know yet. */
export function standing(stop: Stop, unsent: readonly Press[]): Stop['status'] {
  const pressed = (what: What) =>
    unsent.some((one) => one.what === what && one.order === stop.order_id && one.day === stop.day && !one.refused)
  if (stop.status === 'finished' || pressed('leaving')) return 'finished'
  return stop.status === 'under_way' || pressed('arrival') ? 'under_way' : 'planned'
}
