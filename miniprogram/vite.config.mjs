import { createRequire } from 'node:module'
import { defineConfig } from 'vite'

// The plugin is CommonJS.
const uni = createRequire(import.meta.url)('@dcloudio/vite-plugin-uni').default

// uni-app's own style sheet asks a server of its makers for the shadow of a bar that we do not show.
const nothingFromElsewhere = {
  name: 'nothing-from-elsewhere',
  generateBundle(_, bundle) {
    for (const file of Object.values(bundle)) {
      if (!file.fileName.endsWith('.css')) continue
      file.source = String(file.source).replace(/url\(["']?https:[^)]*\)/g, 'none')
    }
  },
}

export default defineConfig({
  plugins: [uni(), nothingFromElsewhere],
  build: { target: 'es2018', chunkSizeWarningLimit: 300 },
})
