// What the backend shows (`/v1/mini`, see backend/api/mini_schemas.py).

export interface Person { name: string; relation: string; phone: string }

export interface Card {
  elder_id: string
  name: string
  relation: string
  role: string
  phone: string | null
  consents: string[]
}

export interface Me {
  role: 'elder' | 'family' | 'worker' | 'unknown'
  name: string
  hotline: string
  token: string
  people: Person[]
  reached_by: string[]
  elders: Card[]
  templates: Record<string, string>
  credits: Record<string, number>
  work: { name: string; places: boolean | null } | null
}

/** A visit of a worker's day. */
export interface Stop {
  order_id: string
  number: string
  day: string
  service: string
  name: string
  when: string
  elder: string
  phone: string | null
  address: string | null
  latitude: number | null
  longitude: number | null
  map_url: string | null
  needs: string[]
  status: 'planned' | 'under_way' | 'finished'
  arrived_at: string | null
  left_at: string | null
  far: boolean
  photo_wanted: boolean
  note: string
  differs: string
}

export interface Day { name: string; places: boolean | null; stops: Stop[] }

export interface Visit {
  id: string
  number: string
  service: string
  name: string
  date: string
  time: string | null
  when: string
  recurring: boolean
  status: string
  by_whom: string | null
  address: string | null
  note: string | null
  price: number | null
}

export interface Alarm {
  id: string
  elder_id: string
  elder: string
  phone: string | null
  kind: string
  status: string
  text: string
  address: string | null
  location: string | null
  latitude: number | null
  longitude: number | null
  system: string | null
  map_url: string | null
  raised_at: string
  held_by: string | null
  held_at: string | null
  mine: boolean
}

export interface LastPlace { latitude: number; longitude: number; map_url: string | null; at: string }

export interface ElderPage {
  card: Card
  today: { spoke_at: string | null; device_at: string | null } | null
  /** where a device of the elder's was last; null where that is not known, or not agreed to */
  last_place: LastPlace | null
  visits: Visit[] | null
  alarms: Alarm[]
}

export interface Offer { service: string; name: string; price: number | null; unit: string | null; provider: string | null }

export interface Relative {
  id: string
  name: string
  relation: string
  role: string
  bound: boolean
  consents: string[]
}

export interface OwnAccount { id: string; channel: string; here: boolean; since: string }

export interface Citation { id: string; document: string; number: string | null; section: string | null; year: number | null }

/** The place of a document, opened (`/v1/sources`). */
export interface Source {
  document: string
  number: string | null
  section: string | null
  year: number | null
  locality: string
  says: string[]
  passages: string[]
  caution: string
}

export interface Reply {
  text: string
  ask: string | null
  quick_replies: string[]
  citations: Citation[]
  handoff: boolean
  emergency: string | null
  order: string | null
}

export interface Held { arrived: boolean; status: string | null; held_by: string | null; told: string[] }

export interface Where { latitude: number; longitude: number; accuracy?: number; system: 'wgs84' | 'gcj02' }

export const LIVE = ['open', 'acknowledged']
