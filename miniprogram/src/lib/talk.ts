// Hold to talk, over `/v1/voice`: sound out, live text and the spoken answer back.

import { computed, ref } from 'vue'
import { ORIGIN, forgetPass, pass } from './api'
import { Player } from './player'
import { createRecorder } from './recorder'
import type { Reply } from './types'
import { words } from './words'

export type Phase = 'idle' | 'holding' | 'thinking' | 'speaking'
const SHORTEST_MS = 300
/** People let go with the last syllable on their lips. */
const TAIL_MS = 250
const PATIENCE_MS = 25_000
const UNKNOWN_PASS = 4401

const phase = ref<Phase>('idle')
const heard = ref('')
const replies = ref<Reply[]>([])
const trouble = ref('')
const deaf = ref(false)

const recorder = createRecorder()
const player = new Player()
let socket: UniApp.SocketTask | null = null
let ready = false
let waiting: (string | ArrayBuffer)[] = []
let heldAt = 0
let recording = false
let patience: ReturnType<typeof setTimeout> | undefined

player.playing = (on) => {
  if (on && phase.value === 'thinking') phase.value = 'speaking'
  if (!on && phase.value === 'speaking') phase.value = 'idle'
}

function send(data: string | ArrayBuffer): void {
  if (ready && socket) socket.send({ data })
  else {
    waiting.push(data)
    void connect()
  }
}

const tell = (message: object) => send(JSON.stringify(message))

let connecting = false

async function connect(): Promise<void> {
  recorder.prepare()
  if (socket || connecting) return
  connecting = true
  try {
    const shown = await pass()
    open(shown)
  } catch {
    lost()
  } finally {
    connecting = false
  }
}

function address(): string {
  // #ifdef H5
  return `${location.origin.replace(/^http/, 'ws')}/v1/voice`
  // #endif
  // #ifndef H5
  return `${ORIGIN.replace(/^http/, 'ws')}/v1/voice`
  // #endif
}

function open(shown: string): void {
  const task = uni.connectSocket({ url: address(), complete: () => undefined }) as unknown as UniApp.SocketTask
  socket = task
  task.onOpen(() => task.send({ data: JSON.stringify({ type: 'hello', pass: shown }) }))
  task.onMessage(({ data }) => (typeof data === 'string' ? take(JSON.parse(data)) : player.add(data)))
  task.onClose(({ code }: { code?: number }) => {
    if (code === UNKNOWN_PASS) forgetPass()
    gone(task)
  })
  task.onError(() => gone(task))
}

function gone(task: UniApp.SocketTask): void {
  if (socket !== task) return
  socket = null
  ready = false
  lost()
}

/** The connection broke: whoever waits for an answer is told. */
function lost(): void {
  waiting = []
  fallSilent()
  if (phase.value === 'holding' || phase.value === 'thinking') complain(words.dropped)
}

function complain(text: string): void {
  clearTimeout(patience)
  phase.value = 'idle'
  trouble.value = text
}

interface Message { type: string; text?: string }

function take(message: Message): void {
  switch (message.type) {
    case 'ready':
      ready = true
      for (const data of waiting.splice(0)) socket?.send({ data })
      break
    case 'hearing':
    case 'heard':
      heard.value = message.text ?? ''
      break
    case 'reply':
      clearTimeout(patience)
      replies.value = [...replies.value, message as unknown as Reply]
      break
    case 'trouble':
      complain(message.text ?? words.wrong)
      break
    case 'done':
      clearTimeout(patience)
      if (phase.value === 'thinking') phase.value = 'idle'
  }
}

function expect(): void {
  clearTimeout(patience)
  replies.value = []
  phase.value = 'thinking'
  patience = setTimeout(() => phase.value === 'thinking' && complain(words.dropped), PATIENCE_MS)
}

/** The button goes down. */
async function hold(): Promise<void> {
  if (phase.value === 'holding' || recording) return
  player.stop()
  heldAt = Date.now()
  phase.value = 'holding'
  heard.value = trouble.value = ''
  tell({ type: 'start' })
  recording = true
  try {
    await recorder.start((sound) => recording && send(sound))
  } catch {
    recording = false
    deaf.value = true
    tell({ type: 'cancel' })
    complain(words.noMicrophone)
  }
}

/** The button comes up. */
function letGo(): void {
  if (phase.value !== 'holding') return
  if (Date.now() - heldAt < SHORTEST_MS) {
    fallSilent()
    tell({ type: 'cancel' })
    complain(words.tapped)
    return
  }
  expect()
  setTimeout(() => {
    if (!recording) return
    fallSilent()
    tell({ type: 'stop' })
  }, TAIL_MS)
}

function fallSilent(): void {
  recording = false
  recorder.stop()
}

/** A call came in, or the finger slid away: what was said is not sent. */
function cancel(): void {
  if (phase.value !== 'holding') return
  fallSilent()
  tell({ type: 'cancel' })
  phase.value = 'idle'
}

/** Say something without speaking: a tapped answer, a written line, the red button. */
function say(text: string, shown = text): void {
  player.stop()
  heard.value = shown
  trouble.value = ''
  tell({ type: 'say', text })
  expect()
}

/** Have one of the fixed sentences read aloud. */
function read(name: string): void {
  player.stop()
  tell({ type: 'read', name })
}

/** Whose account it is has changed: the next word comes by a connection that knows. */
function renew(): void {
  const old = socket
  socket = null
  ready = false
  old?.close({})
}

function hush(): void {
  player.stop()
}

const choices = computed(() => {
  const last = [...replies.value].reverse().find((reply) => reply.quick_replies.length)
  return phase.value === 'holding' || phase.value === 'thinking' ? [] : (last?.quick_replies ?? [])
})

export function useTalk() {
  return { phase, heard, replies, trouble, deaf, choices, connect, hold, letGo, cancel, say, read, hush, renew }
}
