// Who has opened the program; kept, so that the people to call are there without a network, too.

import { ref } from 'vue'
import { call, keepPass } from './api'
import type { Me } from './types'

const KEPT = 'anban.me'
const CHOSEN = 'anban.chosen'

const STRANGER: Me = {
  role: 'unknown',
  name: '',
  hotline: '12349',
  token: '',
  people: [],
  elders: [],
  reached_by: [],
  templates: {},
  credits: {},
  work: null,
}

export const me = ref<Me>(uni.getStorageSync(KEPT) || STRANGER)

export async function refreshMe(): Promise<Me> {
  me.value = await call<Me>('GET', '/v1/mini/me')
  keepPass(me.value.token)
  uni.setStorageSync(KEPT, me.value)
  return me.value
}

/** What a stranger said they are, so that nobody is asked twice. */
export function chosen(): string {
  return uni.getStorageSync(CHOSEN) || ''
}

export function choose(role: 'elder' | 'family' | 'worker'): void {
  uni.setStorageSync(CHOSEN, role)
}

/** The page a role begins at. */
export function homeOf(role: string): string {
  if (role === 'worker') return '/pages/work/work'
  return role === 'family' ? '/pages/family/family' : '/pages/home/home'
}
