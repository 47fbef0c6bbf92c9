// Plays answers one after the other, and falls silent at once when it is told to.

export class Player {
  private queue: ArrayBuffer[] = []
  private stopNow: (() => void) | null = null
  /** Called with whether anything is being played. */
  playing: (on: boolean) => void = () => undefined

  add(sound: ArrayBuffer): void {
    this.queue.push(sound)
    if (!this.stopNow) void this.work()
  }

  stop(): void {
    this.queue = []
    this.stopNow?.()
  }

  private async work(): Promise<void> {
    this.playing(true)
    for (let sound = this.queue.shift(); sound; sound = this.queue.shift()) await this.play(sound)
    this.playing(false)
  }

  private play(sound: ArrayBuffer): Promise<void> {
    return new Promise((resolve) => {
      const end = begin(sound, () => this.stopNow?.())
      this.stopNow = () => {
        this.stopNow = null
        end()
        resolve()
      }
    })
  }
}

/** Begin to play; returns how it is ended. `over` is called when it has ended by itself. */
function begin(sound: ArrayBuffer, over: () => void): () => void {
  // #ifdef H5
  const url = URL.createObjectURL(new Blob([sound], { type: 'audio/mpeg' }))
  const audio = new Audio(url)
  audio.onended = audio.onerror = over
  audio.play().catch(over)
  return () => {
    audio.onended = audio.onerror = null
    audio.pause()
    URL.revokeObjectURL(url)
  }
  // #endif
  // #ifdef MP-WEIXIN
  const file = `${wx.env.USER_DATA_PATH}/anban-${number++ % 4}.mp3`
  wx.getFileSystemManager().writeFileSync(file, sound)
  const player = uni.createInnerAudioContext()
  player.src = file
  player.onEnded(over)
  player.onError(over)
  player.play()
  return () => player.destroy()
  // #endif
}

// #ifdef MP-WEIXIN
let number = 0
// #endif
