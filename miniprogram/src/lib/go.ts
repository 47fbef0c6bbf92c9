// From page to page.

export function go(path: string): void {
  uni.navigateTo({ url: `/pages/${path}` })
}

export function replaceBy(path: string): void {
  uni.redirectTo({ url: `/pages/${path}` })
}
