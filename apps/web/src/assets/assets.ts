import { RbeeError } from '@rbee/schema'
import { file, type SiteRoute } from '../route.ts'
import generated from './assets.generated.json' with { type: 'json' }

/** Files that pages refer to, by what they are called here; their addresses name their content. */
const ASSETS: Readonly<Record<string, { readonly file: string; readonly text: string }>> = generated
const byFile = new Map(Object.values(ASSETS).map((asset) => [asset.file, asset]))

/** The address of an asset, such as `site.css`. */
export function assetUrl(name: string): string {
  const asset = ASSETS[name]
  if (asset === undefined) throw new Error(`There is no asset ${name}`)
  return `/assets/${asset.file}`
}

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml; charset=utf-8',
}

export const getAsset: SiteRoute = {
  changesWith: 'program',
  answer({ parameter }) {
    const asset = byFile.get(parameter('file'))
    const contentType = TYPES[asset?.file.split('.').at(-1) ?? '']
    if (asset === undefined || contentType === undefined) {
      throw new RbeeError('not_found', 'There is no such file', { next: 'load the page anew' })
    }
    return file({ contentType, text: asset.text, immutable: true })
  },
}
