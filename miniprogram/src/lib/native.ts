// In a browser, buttons and fields are the browser's own: screen readers and keyboards know them.
// uni-app's are elements of its own make there; in WeChat they are WeChat's.

import { defineComponent, h } from 'vue'

export const NativeButton = defineComponent({
  name: 'NativeButton',
  inheritAttrs: false,
  setup: (_, { attrs, slots }) => () => h('button', { type: 'button', ...attrs }, slots.default?.()),
})

export const NativeLink = defineComponent({
  name: 'NativeLink',
  inheritAttrs: false,
  setup: (_, { attrs, slots }) => () => h('a', attrs, slots.default?.()),
})

export const NativeField = defineComponent({
  name: 'NativeField',
  inheritAttrs: false,
  setup: (_, { attrs }) => () => h('input', attrs),
})

export const NativePicture = defineComponent({
  name: 'NativePicture',
  inheritAttrs: false,
  setup: (_, { attrs }) => () => h('img', attrs),
})
