// Every sentence the pages say by themselves, short and plain; what Anban answers comes from Anban.

export const words = {
  away: '现在连不上，请稍后再试',
  noPass: '登录没有成功，请退出再打开',
  wrong: '没有成功，请再试一次',

  hold: '按住说话',
  holding: '我在听，说完松手',
  thinking: '我想一想……',
  welcome: '您好，我是安伴。要办什么事，按住绿色按钮对我说。',
  dropped: '刚才没有连上，请按住再说一次。',
  tapped: '请按住不放，说完了再松手。',
  noMicrophone: '我还听不到您。请让这个页面使用麦克风，也可以在下面写字。',

  sosAsk: '要呼救吗？',
  sosAskMore: '家人和值班员会马上知道。',
  sosYes: '马上呼救',
  sosNo: '不用，返回',
  sosSending: '正在呼救……',
  sosSendingMore: '网络不好也会一直发，直到发出去。',
  sosTaken: '呼救已经发出',
  sosTakenMore: '正在叫人，请您别动，等一等。',
  sosOver: '这次呼救已经结束',
  sosMistake: '我没事，按错了',

  noPicture: '这张没有拍成，请再拍一张。',
  photoTooLarge: '照片太大，没有发出去。请重拍一张再发。',
  serverTrouble: '服务器出了点问题，会一直再试，不会丢。',
  photoUnkept: '手机存满了，照片只在这个页面里。发出去以前，请不要关掉安伴。',
  pressUnkept: '手机存满了，按过的还没有存下来。发出去以前，请不要关掉安伴。',

  forbidden: '这里只有老人同意的家人能看',
} as const

/** How far a visit is. */
export const VISIT: Record<string, string> = {
  planned: '还没有去',
  under_way: '正在做',
  finished: '做完了',
}

export const STATUS: Record<string, string> = {
  placed: '已下单',
  confirmed: '已安排',
  finished: '已完成',
  cancelled: '已取消',
}

export const ALARM: Record<string, string> = {
  open: '还没有人接手',
  acknowledged: '有人接手',
  closed: '已经结束',
  false_alarm: '误报，已核实',
}

export const CONSENTS: Record<string, string> = {
  orders: '订的服务和进度',
  state: '每天的平安情况',
  location: '所在位置',
  health: '健康情况',
}

export const CREDITS: Record<string, string> = {
  emergency_raised: '呼救提醒',
  order_booked: '订服务的提醒',
  order_cancelled: '取消服务的提醒',
  order_moved: '改时间的提醒',
  visit_begun: '上门了的提醒',
  visit_finished: '做完了的提醒',
}

/** 上午好 by the hour of the day. */
export function goodDay(hour: number): string {
  if (hour < 5) return '您好'
  if (hour < 9) return '早上好'
  if (hour < 12) return '上午好'
  if (hour < 14) return '中午好'
  if (hour < 18) return '下午好'
  return '晚上好'
}

const WEEKDAYS = '日一二三四五六'

/** 3月5日 星期四 */
export function dayOf(at: Date): string {
  return `${at.getMonth() + 1}月${at.getDate()}日 星期${WEEKDAYS[at.getDay()]}`
}

/** 9:05, or 3月4日 9:05 where it was another day. */
export function timeOf(iso: string, now = new Date()): string {
  const at = new Date(iso)
  const time = `${at.getHours()}:${String(at.getMinutes()).padStart(2, '0')}`
  const same = at.toDateString() === now.toDateString()
  return same ? time : `${at.getMonth() + 1}月${at.getDate()}日 ${time}`
}

/** 35元 from fen. */
export function yuan(fen: number | null): string {
  return fen === null ? '' : `${fen % 100 ? (fen / 100).toFixed(2) : fen / 100}元`
}
