// A worker's day, kept for where there is no network, and the line of what was pressed.

import { ref } from 'vue'
import { Trouble, call, exchange, newKey, said } from './api'
import { behind } from './clock'
import { me, refreshMe } from './me'
import { findPlace } from './place'
import { PressLine, momentOf, sameVisit, type Press, type Report, type Verdict, type What } from './presses'
import { Reports } from './reports'
import type { Day, Stop, Where } from './types'
import { words } from './words'

const KEPT = 'anban.pressed'
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
/** Whether all that waits would outlive the program. */
export const kept = ref(true)

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

export const reports = new Reports({
  load: (key) => uni.getStorageSync(key),
  save: (key, value) => uni.setStorageSync(key, value),
  drop: (key) => uni.removeStorageSync(key),
  keys: () => uni.getStorageInfoSync().keys,
})

/** When a press was, as the server's clock has it. */
export function pressedAt(press: Press): Date {
  return new Date(momentOf(press, Date.now(), behind() ?? 0))
}

function body(press: Press): object {
  const { place, what, note, differs } = press
  const at = pressedAt(press).toISOString()
  const here = place && { ...place, accuracy: place.accuracy ?? 0 }
  if (what === 'arrival') return { at, place: here }
  return { at, place: here, note, differs, photo: reports.photo(press) || undefined }
}

async function send(press: Press): Promise<void> {
  if (behind() === null) await exchange('GET', '/healthz', undefined, PATIENCE, '') // what time is it?
  const { order, day: date, what, key } = press
  const path = `/v1/mini/work/${order}/${date}/${what}`
  const post = () => call<Stop>('POST', path, body(press), { ...PATIENCE, key })
  const known = behind()
  take(
    await post().catch((error) => {
      if (behind() === known) throw error
      return post() // the answer has told us what time it is
    }),
  )
  if (what === 'leaving') reports.drop(press)
}

/** What cannot be taken as it is, what the server has trouble with, and what did not get there. */
function verdict(error: unknown): Verdict {
  const status = error instanceof Trouble ? error.status : 0
  if (status === 413) return { kind: 'refused', said: words.photoTooLarge }
  if ([400, 404, 409, 422].includes(status)) return { kind: 'refused', said: said(error) }
  if ([0, 401, 429, 502, 503, 504].includes(status)) return { kind: 'away', said: said(error) }
  return { kind: 'failed', said: words.serverTrouble }
}

function take(stop: Stop): void {
  if (!day.value) return
  const stops = day.value.stops.map((one) => (sameStop(one, stop) ? stop : one))
  keep({ ...day.value, stops })
}

const visitOf = (stop: Stop) => ({ order: stop.order_id, day: stop.day })
const sameStop = (one: Stop, other: Stop) => sameVisit(visitOf(one), visitOf(other))

export const line = new PressLine({
  load: () => uni.getStorageSync(KEPT) || [],
  save: (all) => uni.setStorageSync(KEPT, all),
  send,
  verdict,
  later: (work, ms) => void setTimeout(work, ms),
  now: () => Date.now(),
  behind,
  newKey,
  changed: () => {
    waiting.value = line.waiting.map((one) => ({ ...one }))
    kept.value = line.kept
  },
})

/** Send what an earlier visit could not, now and whenever the network is back. */
export function watchPresses(): void {
  waiting.value = [...line.waiting]
  reports.sweep(new Date(), line.waiting)
  line.resume()
  uni.onNetworkStatusChange((state) => {
    if (state.isConnected) line.resume()
  })
}

/** A button at the door was pressed; where that was is asked only of whoever agreed. */
export function press(what: What, stop: Stop, report: Report = {}): void {
  const place: Promise<Where | null> = day.value?.places ? findPlace() : Promise.resolve(null)
  const title = `${stop.when} ${stop.name}`
  line.press(what, { ...visitOf(stop), title }, place, report)
}

export async function agree(agreed: boolean): Promise<void> {
  const found = await call<{ name: string; places: boolean }>('PUT', '/v1/mini/work/places', { agreed })
  if (day.value) keep({ ...day.value, places: found.places })
  if (me.value.work) me.value = { ...me.value, work: found }
}

/** How far a visit is, with what the server does not know yet. */
export function standing(stop: Stop, unsent: readonly Press[]): Stop['status'] {
  const pressed = (what: What) =>
    unsent.some((one) => one.what === what && sameVisit(one, visitOf(stop)) && !one.refused)
  if (stop.status === 'finished' || pressed('leaving')) return 'finished'
  return stop.status === 'under_way' || pressed('arrival') ? 'under_way' : 'planned'
}
