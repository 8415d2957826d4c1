/** What became of a call: `changed` is false where everything stood so already. */
export interface PublishersChanged<Value> {
  readonly changed: boolean
  readonly value: Value
}
