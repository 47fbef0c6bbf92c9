/// <reference types="vite/client" />
declare module '*.vue' {
  import type { DefineComponent } from 'vue'
  const component: DefineComponent<Record<string, unknown>, Record<string, unknown>, unknown>
  export default component
}

interface ImportMetaEnv {
  /** Where the mini-program reaches Anban, https://…; the page in a browser asks its own origin. */
  readonly VITE_ANBAN_ORIGIN?: string
}

/** What the pages use of WeChat's own interface and uni-app has no name for. */
declare const wx: {
  env: { USER_DATA_PATH: string }
  getFileSystemManager(): {
    writeFileSync(file: string, data: ArrayBuffer): void
    readFileSync(file: string, encoding: 'base64'): string
  }
  compressImage(asked: {
    src: string
    quality: number
    compressedWidth: number
    success(found: { tempFilePath: string }): void
    fail(): void
  }): void
  getAppBaseInfo(): { fontSizeScaleFactor?: number }
  requestSubscribeMessage(asked: {
    tmplIds: string[]
    success(found: Record<string, string>): void
    fail(): void
  }): void
}
