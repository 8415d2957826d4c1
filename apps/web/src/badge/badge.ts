import { RbeeError, type WorkerDocument } from '@rbee/schema'
import { html } from 'hono/html'
import { stemOf } from '../discovery/stem-of.ts'
import { type Markup, textOf } from '../layout/markup.ts'
import { file, type SiteRequest, type SiteRoute } from '../route.ts'
import { textWidth } from './text-width.ts'

/** `/badge/ID.svg`: a worker's version, or its downloads (`?show=downloads`), for READMEs elsewhere. */
export const badge: SiteRoute = {
  changesWith: 'figures',
  async answer(request) {
    const worker = await request.api.getWorker(stemOf(request.parameter('file'), '.svg'))
    return file({
      contentType: 'image/svg+xml; charset=utf-8',
      text: textOf(badgeMarkup(await shownBy(worker, request))),
    })
  },
}

interface Shown {
  readonly label: string
  readonly value: string
  readonly color: string
}

/** White on each of them has a contrast of 5 to 1 or more. */
const COLORS = { label: '#3b3630', value: '#855300', warning: '#a3231b' } as const

async function shownBy(worker: WorkerDocument, { api, url }: SiteRequest): Promise<Shown> {
  const what = url.searchParams.get('show') ?? 'version'
  switch (what) {
    case 'version':
      return worker.deprecated
        ? { label: 'rbee', value: `${worker.version} deprecated`, color: COLORS.warning }
        : { label: 'rbee', value: worker.version, color: COLORS.value }
    case 'downloads': {
      const { downloads } = await api.workerStatistics(worker.id)
      return { label: 'rbee downloads', value: shortNumber(downloads), color: COLORS.value }
    }
    default:
      throw new RbeeError('invalid_query', 'A badge shows version or downloads', {
        next: 'leave show out, or use show=downloads',
      })
  }
}

const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })

function shortNumber(value: number): string {
  return short.format(value)
}

const HEIGHT = 20
const PADDING = 6

function badgeMarkup({ label, value, color }: Shown): Markup {
  const [labelWidth, valueWidth] = [textWidth(label), textWidth(value)]
  const left = labelWidth + 2 * PADDING
  const width = left + valueWidth + 2 * PADDING
  return html`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT}" role="img" aria-label="${label}: ${value}"><title>${label}: ${value}</title><clipPath id="r"><rect width="${width}" height="${HEIGHT}" rx="3"/></clipPath><g clip-path="url(#r)"><rect width="${left}" height="${HEIGHT}" fill="${COLORS.label}"/><rect x="${left}" width="${valueWidth + 2 * PADDING}" height="${HEIGHT}" fill="${color}"/></g><g fill="#fff" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11"><text x="${PADDING}" y="14" textLength="${labelWidth}">${label}</text><text x="${left + PADDING}" y="14" textLength="${valueWidth}">${value}</text></g></svg>`
}
