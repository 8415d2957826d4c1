import { mailAddressSchema, RbeeError } from '@rbee/schema'
import { changeContactCommand } from '../../transfers/contact-command.ts'

export default changeContactCommand(([text]) => {
  const address = mailAddressSchema.safeParse(text)
  if (address.success) return address.data
  throw new RbeeError('usage', `"${text ?? ''}" ${address.error.issues[0]?.message}`)
})
