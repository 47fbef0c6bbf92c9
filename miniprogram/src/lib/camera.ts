// A picture of the work that was done, small enough to be kept until there is a network.

/** Longest side in pixels and quality: the first that gives a picture small enough is taken. */
const SIZES = [
  [1280, 0.7],
  [1024, 0.6],
  [800, 0.5],
]
/** characters of base64: WeChat keeps 1 MB under one key */
const LONGEST = 900_000

/** Take a picture; base64 of a JPEG, or nothing where none was taken. Rejects what is no picture. */
export function takePicture(): Promise<string | null> {
  // #ifdef H5
  return new Promise((resolve, reject) => {
    const field = document.createElement('input')
    field.type = 'file'
    field.accept = 'image/*'
    field.capture = 'environment'
    field.onchange = () => field.files?.[0] ? small(field.files[0]).then(resolve, reject) : resolve(null)
    field.addEventListener('cancel', () => resolve(null))
    field.click()
  })
  // #endif
  // #ifndef H5
  return new Promise((resolve, reject) =>
    uni.chooseImage({
      count: 1,
      sizeType: ['compressed'],
      sourceType: ['camera', 'album'],
      success: ({ tempFilePaths }) => void smaller(tempFilePaths[0]).then(resolve, reject),
      fail: () => resolve(null),
    }),
  )
  // #endif
}

// #ifdef H5
async function small(file: File): Promise<string> {
  const picture = await createImageBitmap(file)
  return smallest(async (side, quality) => drawn(picture, side, quality))
}

function drawn(picture: ImageBitmap, side: number, quality: number): string {
  const shrink = Math.min(1, side / Math.max(picture.width, picture.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(picture.width * shrink)
  canvas.height = Math.round(picture.height * shrink)
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
  return canvas.toDataURL('image/jpeg', quality).split(',')[1]
}
// #endif

// #ifndef H5
function smaller(src: string): Promise<string> {
  return smallest((side, quality) => compressed(src, side, quality))
}

function compressed(src: string, side: number, quality: number): Promise<string> {
  return new Promise((resolve, reject) =>
    wx.compressImage({
      src,
      quality: quality * 100,
      compressedWidth: side,
      success: ({ tempFilePath }) => resolve(wx.getFileSystemManager().readFileSync(tempFilePath, 'base64')),
      fail: () => reject(new Error('no picture')),
    }),
  )
}
// #endif

async function smallest(make: (side: number, quality: number) => Promise<string>): Promise<string> {
  let made = ''
  for (const [side, quality] of SIZES) {
    made = await make(side, quality)
    if (made.length <= LONGEST) break
  }
  return made
}
