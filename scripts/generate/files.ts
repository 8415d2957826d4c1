import { openApiDocument } from '../../apps/catalog/src/openapi/document.ts'
import {
  publishedJsonSchema,
  publishedSchemaNameSchema,
} from '../../apps/catalog/src/openapi/json-schemas.ts'
import { siteAssets } from '../../apps/web/generate-assets.ts'
import { previewGlyphs } from '../../apps/web/generate-glyphs.ts'
import { siteGuides } from '../../apps/web/generate-guides.ts'
import { clientTypes } from '../../packages/api-client/generate-types.ts'

/** Paths, relative to the project, and texts of all generated files. */
export async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  const document = json(openApiDocument())
  const schemas = publishedSchemaNameSchema.options.map(
    (name) => [`docs/schemas/${name}.json`, json(publishedJsonSchema(name))] as const,
  )
  return new Map([
    ['apps/catalog/openapi.generated.json', document],
    ['packages/api-client/src/api.generated.ts', await clientTypes(document)],
    ['apps/web/src/assets/assets.generated.json', json(await siteAssets())],
    ['apps/web/src/docs/guides.generated.json', json(await siteGuides())],
    ['apps/web/src/preview/glyphs.generated.json', `${JSON.stringify(previewGlyphs())}\n`],
    ...schemas,
  ])
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
