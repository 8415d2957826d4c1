import { transferCommand } from '../../transfers/transfer-command.ts'

export default transferCommand({
  scope: 'operator',
  change: (client, id, reason) => client.refuseTransfer(id, reason),
})
