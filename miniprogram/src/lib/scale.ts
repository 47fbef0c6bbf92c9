// How large the reader wants letters: WeChat says so; a browser enlarges by itself.

export function useScale(): number {
  // #ifdef MP-WEIXIN
  const found = wx.getAppBaseInfo()
  return Math.min(Math.max(found.fontSizeScaleFactor ?? 1, 1), 1.5)
  // #endif
  // #ifndef MP-WEIXIN
  return 1
  // #endif
}
