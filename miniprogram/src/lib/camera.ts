// A picture of the work that was done, small enough to be kept until there is a network.

const LONGEST_SIDE = 1280
const QUALITY = 0.7

/** Take a picture; base64 of a JPEG, or nothing where none was taken. */
export function takePicture(): Promise<string | null> {
  // #ifdef H5
  return new Promise((resolve) => {
    const field = document.createElement('input')
    field.type = 'file'
    field.accept = 'image/*'
    field.capture = 'environment'
    field.onchange = () => resolve(field.files?.[0] ? small(field.files[0]) : null)
    field.addEventListener('cancel', () => resolve(null))
    field.click()
  })
  // #endif
  // #ifndef H5
  return new Promise((resolve) =>
    uni.chooseImage({
      count: 1,
      sizeType: ['compressed'],
      sourceType: ['camera', 'album'],
      success: ({ tempFilePaths }) =>
        wx.compressImage({
          src: tempFilePaths[0],
          quality: QUALITY * 100,
          compressedWidth: LONGEST_SIDE,
          success: ({ tempFilePath }) =>
            resolve(wx.getFileSystemManager().readFileSync(tempFilePath, 'base64')),
          fail: () => resolve(null),
        }),
      fail: () => resolve(null),
    }),
  )
  // #endif
}

// #ifdef H5
async function small(file: File): Promise<string | null> {
  try {
    const picture = await createImageBitmap(file)
    const shrink = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(picture.width * shrink)
    canvas.height = Math.round(picture.height * shrink)
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
    return canvas.toDataURL('image/jpeg', QUALITY).split(',')[1]
  } catch {
    return null // it was no picture
  }
}
// #endif
