import { fileURLToPath } from 'node:url'

/**
 * The catalog that is read where none is named: the `workers` folder of this clone, and the name it goes by on every
 * machine. Outside of a clone there is none.
 */
export const OWN_CATALOG: { readonly folder: string; readonly name: string } | null = {
  folder: fileURLToPath(new URL('../../../../workers', import.meta.url)),
  name: 'workers',
}
