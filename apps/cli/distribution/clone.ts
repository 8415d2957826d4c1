import { fileURLToPath } from 'node:url'

/** The clone's folder. */
export const CLONE = fileURLToPath(new URL('../../../', import.meta.url))
