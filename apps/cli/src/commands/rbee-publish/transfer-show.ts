import { transferShowCommand } from '../../transfers/transfer-command.ts'

export default transferShowCommand('publish')
