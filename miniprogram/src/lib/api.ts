// Calls to Anban. The pass is asked for once and kept; one that no longer holds is asked for anew.

import { heardDate } from './clock'
import { words } from './words'

export const ORIGIN: string = import.meta.env.VITE_ANBAN_ORIGIN ?? ''
const PASS = 'anban.pass'
const PATIENCE_MS = 15_000

/** Something that did not work, in words for people. */
export class Trouble extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message)
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'
export interface Sent { key?: string; timeout?: number; pass?: boolean }

export function newKey(): string {
  const random = () => Math.random().toString(36).slice(2, 12).padEnd(10, '0')
  return `${Date.now().toString(36)}-${random()}-${random()}`
}

let opening: Promise<string> | null = null

export async function pass(): Promise<string> {
  const kept = uni.getStorageSync(PASS)
  if (kept) return kept
  opening ??= open().finally(() => {
    opening = null
  })
  return opening
}

export function keepPass(fresh: string): void {
  if (fresh) uni.setStorageSync(PASS, fresh)
}

export function forgetPass(): void {
  uni.removeStorageSync(PASS)
}

export function keptPass(): string {
  return uni.getStorageSync(PASS) || ''
}

async function open(): Promise<string> {
  const body: Record<string, string> = {}
  // #ifdef MP-WEIXIN
  body.code = await wechatCode()
  // #endif
  const found = (await exchange('POST', '/v1/mini/session', body, {}, '')) as { token: string }
  uni.setStorageSync(PASS, found.token)
  return found.token
}

// #ifdef MP-WEIXIN
function wechatCode(): Promise<string> {
  return new Promise((resolve, reject) =>
    uni.login({
      provider: 'weixin',
      success: (found) => resolve(found.code),
      fail: () => reject(new Trouble(0, words.noPass)),
    }),
  )
}
// #endif

export async function call<T>(method: Method, path: string, body?: unknown, sent: Sent = {}): Promise<T> {
  try {
    return (await exchange(method, path, body, sent, await pass())) as T
  } catch (error) {
    if (!(error instanceof Trouble) || error.status !== 401) throw error
    forgetPass()
    return (await exchange(method, path, body, sent, await pass())) as T
  }
}

/** One exchange with what pass there is, for what must not wait for a log-in. */
export function exchange(
  method: Method,
  path: string,
  body: unknown,
  sent: Sent,
  shown: string,
): Promise<unknown> {
  const header: Record<string, string> = { 'Content-Type': 'application/json' }
  if (shown) header.Authorization = `Bearer ${shown}`
  if (sent.key) header['Idempotency-Key'] = sent.key
  const asked = Date.now()
  return new Promise((resolve, reject) =>
    uni.request({
      url: `${ORIGIN}${path}`,
      method,
      data: body === undefined ? undefined : JSON.stringify(body),
      header,
      timeout: sent.timeout ?? PATIENCE_MS,
      success: (answer) => {
        heardDate(answer.header, asked, Date.now())
        const data = answer.data as { detail?: string }
        if (answer.statusCode >= 200 && answer.statusCode < 300) resolve(data)
        else reject(new Trouble(answer.statusCode, data?.detail || words.wrong))
      },
      fail: () => reject(new Trouble(0, words.away)),
    }),
  )
}

/** What to tell people of an error. */
export function said(error: unknown): string {
  return error instanceof Trouble ? error.message : words.wrong
}
