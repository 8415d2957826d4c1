import type * as Clone from '../../src/catalog/own-catalog.ts'

/** Installed programs bring no workers along. */
export const OWN_CATALOG: typeof Clone.OWN_CATALOG = null
