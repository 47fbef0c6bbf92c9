// How far this telephone's clock is behind the server's, as the answers' dates say.

/** Less than this is the way there and back, and the whole seconds of a date. */
const SURE_MS = 5000

let known: number | null = null

export const behind = (): number | null => known

/** An answer came, asked for and arrived at these times of ours. */
export function heardDate(header: Record<string, string> | undefined, asked: number, arrived: number): void {
  const date = Date.parse(header?.date ?? header?.Date ?? '')
  if (Number.isNaN(date)) return
  const found = date + 500 - (asked + arrived) / 2
  known = Math.abs(found) < SURE_MS ? 0 : Math.round(found)
}
