// The one line of cries of this program, on uni-app's storage and network.

import { ref } from 'vue'
import { exchange, keptPass, newKey } from './api'
import { written } from './place'
import { CryLine, type Cry } from './sos'

const KEPT = 'anban.cries'
const PATIENCE = { timeout: 8000 }

export const latestCry = ref<Cry | null>(null)

export const cries = new CryLine({
  load: () => uni.getStorageSync(KEPT) || [],
  save: (all) => uni.setStorageSync(KEPT, all),
  send: ({ key, where, pass }, ago) => {
    const place = where ? { place: written(where) } : {}
    return exchange('POST', '/v1/mini/sos', { key, ago, ...place }, PATIENCE, pass)
  },
  locate: ({ key, pass }, where) =>
    exchange('POST', `/v1/mini/sos/${key}/where`, { place: written(where) }, PATIENCE, pass),
  pass: keptPass,
  later: (work, ms) => void setTimeout(work, ms),
  now: () => Date.now(),
  newKey,
  changed: () => {
    latestCry.value = cries.latest && { ...cries.latest }
  },
})

/** Send what an earlier visit could not, now and whenever the network is back. */
export function watchNetwork(): void {
  cries.resume()
  uni.onNetworkStatusChange((state) => {
    if (state.isConnected) cries.resume()
  })
}
