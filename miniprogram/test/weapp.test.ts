// @vitest-environment jsdom
// The built mini-program, page by page, in a stand-in for WeChat.

import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'

interface Node {
  __domElement?: HTMLElement
  __methodCaller?: Record<string, unknown> & { data: Record<string, string> }
  _vt?: { event?: Record<string, { handler: string }> }
  ownerShadowRoot?: { __wxHost?: Node }
  shadowRoot?: Node
  childNodes?: Node[]
}
interface Page { dom: HTMLElement; _exparserNode: Node; attach(to: Element): void; detach(): void }
interface Asked { url: string; method: string; data?: string; header: Record<string, string>; success(a: object): void }
interface Allowing { tmplIds: string[]; success(found: Record<string, string>): void }

const load = createRequire(import.meta.url)
const ROOT = path.resolve(__dirname, '../dist/build/mp-weixin')
const PAGES: string[] = existsSync(ROOT) ? JSON.parse(readFileSync(`${ROOT}/app.json`, 'utf8')).pages : []
const simulate = load('miniprogram-simulate')

const stored = new Map<string, unknown>()
const asked: Asked[] = []
const recorded: object[] = []
const rung: string[] = []
const allowing: Allowing[] = []

/** What the pages use of WeChat; whatever else uni-app's runtime asks for does nothing. */
const wechat: Record<string, unknown> = {
  getStorageSync: (key: string) => stored.get(key) ?? '',
  setStorageSync: (key: string, value: unknown) => void stored.set(key, value),
  removeStorageSync: (key: string) => void stored.delete(key),
  getAppBaseInfo: () => ({ fontSizeScaleFactor: 1.3, SDKVersion: '3.0.0' }),
  getSystemInfoSync: () => ({ platform: 'devtools', SDKVersion: '3.0.0', windowWidth: 375 }),
  login: ({ success }: { success(found: object): void }) => success({ code: 'code-of-wechat' }),
  request: (request: Asked) => void asked.push(request),
  requestSubscribeMessage: (request: Allowing) => void allowing.push(request),
  makePhoneCall: ({ phoneNumber }: { phoneNumber: string }) => void rung.push(phoneNumber),
  getRecorderManager: () => ({
    start: (how: object) => void recorded.push(how),
    stop: () => undefined,
    onStart: () => undefined,
    onError: () => undefined,
    onFrameRecorded: () => undefined,
  }),
}

beforeAll(() => {
  const scope = globalThis as unknown as Record<string, unknown>
  scope.wx = new Proxy(wechat, { get: (known, name) => known[String(name)] ?? (() => undefined) })
  scope.App = (app: unknown) => void (scope.app = app)
  scope.getApp = () => scope.app
  scope.Page = () => undefined
  scope.Component ??= () => undefined
  scope.getCurrentPages = () => []
  load(`${ROOT}/app.js`)
})

beforeEach(() => {
  stored.clear()
  asked.length = recorded.length = rung.length = allowing.length = 0
  stored.set('anban.chosen', 'elder')
})

function opened(name: string): Page {
  const page = simulate.render(simulate.load(`${ROOT}/${name}`, 'shown', { compiler: 'simulate' }))
  page.attach(document.createElement('div'))
  return page
}

function* within(node: Node): Generator<Node> {
  yield node
  if (node.shadowRoot) yield* within(node.shadowRoot)
  for (const child of node.childNodes ?? []) yield* within(child)
}

/** Let a finger do something to a control; the name of its handler stands in its owner's data. */
async function touch(page: Page, text: string, event = 'tap'): Promise<void> {
  const found = [...within(page._exparserNode)].find(
    (node) => node._vt?.event?.[event] && node.__domElement?.textContent?.includes(text),
  )
  const owner = found?.ownerShadowRoot?.__wxHost?.__methodCaller
  const name = found?._vt?.event?.[event].handler.slice(2, -2) ?? ''
  if (!owner) throw new Error(`there is no ${text}`)
  const handler = owner[owner.data[name]] as (event: object) => void
  const target = { dataset: {} }
  handler.call(owner, { type: event, target, currentTarget: target, detail: {}, touches: [] })
  await new Promise((resolve) => setTimeout(resolve, 100))
}

describe('the built mini-program', () => {
  it.each(PAGES)('shows %s', (name) => {
    expect(opened(name).dom.textContent).not.toBe('')
  })

  it('is small enough for WeChat, and its letters follow the reader', () => {
    const size = readFileSync(`${ROOT}/common/vendor.js`).length
    expect(size).toBeLessThan(500_000) // a package may have two million
    expect(opened('pages/home/home').dom.innerHTML).toContain('font-size:28.6px') // 22 px, 1.3 times
  })

  it('logs in with the code of WeChat, and records as the server hears', async () => {
    const page = opened('pages/home/home')
    await touch(page, '按住说话', 'touchstart')
    expect(asked[0].url).toMatch(/\/v1\/mini\/session$/)
    expect(JSON.parse(asked[0].data ?? '')).toEqual({ code: 'code-of-wechat' })
    expect(recorded[0]).toMatchObject({ format: 'PCM', sampleRate: 16_000, numberOfChannels: 1 })
    expect(page.dom.textContent).toContain('我在听，说完松手')
    await touch(page, '我在听', 'touchcancel')
    expect(page.dom.textContent).toContain('按住说话')
  })

  it('keeps a cry before it sends it, and sends it without a log-in', async () => {
    const page = opened('pages/home/home')
    await touch(page, '紧急求助')
    expect(page.dom.textContent).toContain('要呼救吗？')
    asked.length = 0
    await touch(page, '马上呼救')
    const sent = asked.find(({ url }) => url.endsWith('/v1/mini/sos'))
    const { key } = JSON.parse(sent?.data ?? '{}')
    expect(stored.get('anban.cries')).toMatchObject([{ key, taken: false }])
    expect(page.dom.textContent).toContain('正在呼救')
    sent?.success({ statusCode: 200, data: { taken: true, arrived: true } })
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(stored.get('anban.cries')).toMatchObject([{ key, taken: true }])
    expect(page.dom.textContent).toContain('呼救已经发出')
  })

  it('binds a worker by the number of the desk', async () => {
    stored.set('anban.pass', 'pass')
    const page = opened('pages/start/start')
    await touch(page, '我是上门服务人员')
    expect(page.dom.textContent).toContain('绑定码向值班台要')
    await touch(page, '绑定')
    expect(asked[0].url).toMatch(/\/v1\/mini\/work\/binding$/)
    asked[0].success({ statusCode: 200, data: { status: 'taken' } })
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(page.dom.textContent).toContain('这个账号已经绑定了别的服务人员')
  })

  it('asks for three messages at a time, those that lack most, and counts a yes', async () => {
    const templates = { emergency_raised: 'a', order_booked: 'b', order_cancelled: 'c', order_moved: 'd' }
    const me = { role: 'family', hotline: '12349', people: [], elders: [], reached_by: [], templates, credits: { order_booked: 2 } }
    stored.set('anban.pass', 'pass')
    const page = opened('pages/me/me')
    ;(page._exparserNode.__methodCaller as unknown as { onShow(): void }).onShow()
    await new Promise((resolve) => setTimeout(resolve, 50))
    asked[0].success({ statusCode: 200, data: me })
    await new Promise((resolve) => setTimeout(resolve, 50))
    await touch(page, '再加一次')
    expect(allowing[0].tmplIds).toEqual(['a', 'c', 'd'])
    asked.length = 0
    allowing[0].success({ a: 'accept', c: 'reject', d: 'ban' })
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(asked.map(({ url, data }) => [url.replace(/.*\/v1/, ''), data])).toEqual([
      ['/mini/credits', '{"event":"emergency_raised"}'],
    ])
  })

  it('rings the hotline', async () => {
    await touch(opened('pages/people/people'), '值班员')
    expect(rung).toEqual(['12349'])
  })
})
