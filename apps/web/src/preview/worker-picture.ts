import type { WorkerDocument } from '@rbee/schema'
import { stemOf } from '../discovery/stem-of.ts'
import { file, type SiteRoute } from '../route.ts'
import { createCanvas } from './canvas.ts'
import { markStrip, textFace, titleFace } from './glyphs.ts'
import { brokenIntoLines, hasLetters } from './lines.ts'

/** `/og/ID.png`: what other sites show with a link to a worker. */
export const workerPicture: SiteRoute = {
  changesWith: 'documents',
  async answer({ api, parameter }) {
    const worker = await api.getWorker(stemOf(parameter('file'), '.png'))
    return file({ contentType: 'image/png', text: drawWorker(worker) })
  },
}

/** As sites ask for it (ogp.me), and as the pages state it. */
const WIDTH = 1200
const HEIGHT = 630
const EDGE = 72
const LINE = WIDTH - 2 * EDGE

/** The light colours of the site. */
const GROUND = '#fdfcfa'
const COLOURS = ['#1d1a15', '#635c4f', '#855300', '#f4bc42']
const [TEXT, SOFT, ACCENT, FILL] = [0, 1, 2, 3] as const

const SYSTEMS = { linux: 'Linux', macos: 'macOS', windows: 'Windows' } as const

/**
 * A picture of 1,200 by 630 pixels. Names in writing that the letters lack are left out, and the worker is called by its id.
 */
function drawWorker(worker: WorkerDocument): Uint8Array<ArrayBuffer> {
  const [title, text] = [titleFace(), textFace()]
  const canvas = createCanvas(WIDTH, HEIGHT, { ground: GROUND, colours: COLOURS })
  canvas.rectangle({ x: 0, y: 0, width: WIDTH, height: 14 }, FILL)
  canvas.strip(markStrip(), { x: EDGE - 8, y: 60 }, ACCENT)
  canvas.text(text, 'rbee workers', { x: EDGE + 80, y: 74 }, SOFT)

  const name = hasLetters(title, worker.name) ? worker.name : worker.id
  let y = 174
  const names = brokenIntoLines(title, name, LINE, 2)
  for (const line of names) {
    canvas.text(title, line, { x: EDGE, y }, TEXT)
    y += title.height - 4
  }
  y += 6
  for (const line of brokenIntoLines(text, `${worker.id} ${worker.version}`, LINE, 1)) {
    canvas.text(text, line, { x: EDGE, y }, ACCENT)
    y += text.height + 20
  }
  const description = hasLetters(text, worker.description) ? worker.description : ''
  // What the last line stands clear of.
  for (const line of brokenIntoLines(text, description, LINE, 4 - names.length)) {
    canvas.text(text, line, { x: EDGE, y }, SOFT)
    y += text.height + 4
  }
  const [facts = ''] = brokenIntoLines(text, factsOf(worker), LINE, 1)
  canvas.text(text, facts, { x: EDGE, y: HEIGHT - EDGE - 20 }, TEXT)
  return canvas.png()
}

function factsOf({ platforms, license, pricing }: WorkerDocument): string {
  const systems = [...new Set(platforms.map(({ os }) => SYSTEMS[os]))]
  const paid = pricing !== null && pricing.model !== 'free'
  return [systems.join(', '), license, paid ? 'paid' : 'free'].filter((fact) => fact !== '').join('  ·  ')
}
