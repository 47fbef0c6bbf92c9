// Where the telephone is, if its owner lets us know.

import type { Where } from './types'

const PATIENCE_MS = 10_000

export function findPlace(): Promise<Where | null> {
  // #ifdef H5
  return new Promise((resolve) => {
    if (!navigator.geolocation) return resolve(null)
    navigator.geolocation.getCurrentPosition(
      ({ coords }) =>
        resolve({
          latitude: coords.latitude,
          longitude: coords.longitude,
          accuracy: coords.accuracy,
          system: 'wgs84',
        }),
      () => resolve(null),
      { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: 60_000 },
    )
  })
  // #endif
  // #ifndef H5
  return new Promise((resolve) =>
    uni.getLocation({
      type: 'gcj02',
      success: (found) =>
        resolve({
          latitude: found.latitude,
          longitude: found.longitude,
          accuracy: found.accuracy,
          system: 'gcj02',
        }),
      fail: () => resolve(null),
    }),
  )
  // #endif
}

/** How a place is written into a cry for help. */
export function written({ latitude, longitude, accuracy, system }: Where): string {
  const around = accuracy ? `，误差约${Math.round(accuracy)}米` : ''
  return `纬度${latitude.toFixed(5)}，经度${longitude.toFixed(5)}（${system.toUpperCase()}${around}）`
}
