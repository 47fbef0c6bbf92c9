// Looks again and again while a page is shown; a look that fails is tried again like any other.

import { onHide, onShow, onUnload } from '@dcloudio/uni-app'

export function useWatch(look: () => Promise<unknown>, everyMs: number): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let shown = false

  async function again(): Promise<void> {
    await look().catch(() => undefined)
    if (shown) timer = setTimeout(again, everyMs)
  }

  function stop(): void {
    shown = false
    clearTimeout(timer)
  }

  onShow(() => {
    stop()
    shown = true
    void again()
  })
  onHide(stop)
  onUnload(stop)
}
