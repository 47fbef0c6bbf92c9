// Takes the microphone's samples and hands on 16-bit ones at 16 kHz, a tenth of a second at a time.
const RATE = 16000
const PIECE = 1600

class Pcm extends AudioWorkletProcessor {
  constructor() {
    super()
    this.step = sampleRate / RATE
    this.at = 0
    this.last = 0
    this.piece = new Int16Array(PIECE)
    this.filled = 0
  }

  process(inputs) {
    const heard = inputs[0][0]
    if (!heard) return true
    // Linear between two samples; at is where the next one lies, counted from the last old sample.
    while (this.at < heard.length) {
      const left = Math.floor(this.at)
      const before = left === 0 ? this.last : heard[left - 1]
      const value = before + (heard[left] - before) * (this.at - left)
      this.piece[this.filled++] = Math.max(-1, Math.min(1, value)) * 32767
      if (this.filled === PIECE) {
        this.port.postMessage(this.piece.buffer, [this.piece.buffer])
        this.piece = new Int16Array(PIECE)
        this.filled = 0
      }
      this.at += this.step
    }
    this.at -= heard.length
    this.last = heard[heard.length - 1]
    return true
  }
}

registerProcessor('pcm', Pcm)
