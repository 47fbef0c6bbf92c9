// The microphone, as 16-bit samples at 16 kHz, a tenth of a second at a time.

export interface Recorder {
  /** Make ready what needs no permission, so that the first syllable is not lost. */
  prepare(): void
  /** Begin; rejects where the microphone may not be used. Pieces come until `stop`. */
  start(piece: (sound: ArrayBuffer) => void): Promise<void>
  stop(): void
}

// #ifdef H5
class BrowserRecorder implements Recorder {
  private context: Promise<AudioContext> | null = null
  private node: AudioWorkletNode | null = null
  private stream: MediaStream | null = null
  private wanted = false

  prepare(): void {
    if (!navigator.mediaDevices?.getUserMedia) return
    this.context ??= this.open()
    this.context.catch(() => (this.context = null))
  }

  private async open(): Promise<AudioContext> {
    const context = new AudioContext()
    await context.audioWorklet.addModule('/static/pcm.js')
    return context
  }

  async start(piece: (sound: ArrayBuffer) => void): Promise<void> {
    this.wanted = true
    if (!navigator.mediaDevices?.getUserMedia) throw new Error('no microphone here')
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: true, noiseSuppression: false, autoGainControl: true },
    })
    this.stream = stream
    this.context ??= this.open()
    const context = await this.context
    await context.resume()
    if (!this.wanted) return this.stop() // let go before the microphone was open
    this.node = new AudioWorkletNode(context, 'pcm', { numberOfOutputs: 0 })
    this.node.port.onmessage = (heard) => piece(heard.data as ArrayBuffer)
    context.createMediaStreamSource(stream).connect(this.node)
  }

  stop(): void {
    this.wanted = false
    this.node?.disconnect()
    if (this.node) this.node.port.onmessage = null
    this.node = null
    for (const track of this.stream?.getTracks() ?? []) track.stop()
    this.stream = null
  }
}
// #endif

// #ifdef MP-WEIXIN
class WeChatRecorder implements Recorder {
  private readonly manager = uni.getRecorderManager()
  private wanted = false

  prepare(): void {
    return undefined
  }

  start(piece: (sound: ArrayBuffer) => void): Promise<void> {
    this.wanted = true
    return new Promise((resolve, reject) => {
      this.manager.onFrameRecorded((found) => piece(found.frameBuffer))
      this.manager.onError(() => reject(new Error('no microphone here')))
      this.manager.onStart(() => {
        if (!this.wanted) this.manager.stop() // let go before the microphone was open
        resolve()
      })
      // 3.2 KB are a tenth of a second.
      this.manager.start({
        duration: 60_000,
        sampleRate: 16_000,
        numberOfChannels: 1,
        format: 'PCM' as 'mp3',
        frameSize: 3.2,
      })
    })
  }

  stop(): void {
    this.wanted = false
    this.manager.stop()
  }
}
// #endif

export function createRecorder(): Recorder {
  // #ifdef H5
  return new BrowserRecorder()
  // #endif
  // #ifdef MP-WEIXIN
  return new WeChatRecorder()
  // #endif
}
