import { z } from 'zod'

/** The shape of the options that every command has which takes a registry's word; see `TrustSettings`. */
export const trustOptions = {
  yes: z.boolean().default(false),
  allowUnsigned: z.boolean().default(false),
}
