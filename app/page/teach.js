// The teach view.

export function mount() {}
