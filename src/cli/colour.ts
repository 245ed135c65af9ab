/** Whether standard output may be coloured. Source: no-color.org. */
export const useColour = (): boolean => process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined;
