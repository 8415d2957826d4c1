import openapiTypescript, { astToString } from 'openapi-typescript'

/** The TypeScript types of an OpenAPI document, as the text of src/api.generated.ts. */
export async function clientTypes(document: string): Promise<string> {
  const types = await openapiTypescript(document)
  return `// Made by "pnpm generate" out of apps/catalog/openapi.generated.json.\n\n${astToString(types)}`
}
