import { changeContactCommand } from '../../transfers/contact-command.ts'

export default changeContactCommand(() => null)
