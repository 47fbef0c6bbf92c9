// Messages that WeChat may still send: each yes of the person's buys one, and one question asks for
// three at most.

export const MOST = 3

export interface Standing {
  /** templates by event */
  templates: Record<string, string>
  /** messages left, by event */
  credits: Record<string, number>
  /** when each event was asked about last, in milliseconds since 1970 */
  asked: Record<string, number>
}

/** The events to ask about now: those with the fewest left, and of these the longest not asked. */
export function nextAsked({ templates, credits, asked }: Standing): string[] {
  const each = new Map<string, string>() // a template that serves several events is asked about once
  for (const [event, id] of Object.entries(templates)) if (!each.has(id)) each.set(id, event)
  const left = (event: string) => credits[event] ?? 0
  return [...each.values()]
    .sort((one, other) => left(one) - left(other) || (asked[one] ?? 0) - (asked[other] ?? 0))
    .slice(0, MOST)
}
