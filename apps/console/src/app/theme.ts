import { createTheme, defaultVariantColorsResolver, type MantineColorsTuple } from '@mantine/core';

const iris: MantineColorsTuple = [
  '#f1effb',
  '#e2ddf6',
  '#c9c0ee',
  '#b3a6e8',
  '#a999f4',
  '#8672d6',
  '#6a54bd',
  '#5540a8',
  '#463490',
  '#372873',
];

/** The dark surfaces, from ink to canvas. */
const dark: MantineColorsTuple = [
  '#e4e7ea',
  '#b4bac2',
  '#98a0a9',
  '#5b636d',
  '#333940',
  '#2a2f36',
  '#1f2328',
  '#191c20',
  '#121417',
  '#0d0f11',
];

const popover = { shadow: 'md', radius: 8 } as const;

export const theme = createTheme({
  colors: { iris, dark },
  primaryColor: 'iris',
  primaryShade: { light: 7, dark: 4 },
  // Fills are dark on light and light on dark, and so is what is written on them: the scheme decides, not the component.
  variantColorResolver: (input) => {
    const colors = defaultVariantColorsResolver(input);
    return input.variant === 'filled' ? { ...colors, color: 'var(--on-fill)' } : colors;
  },
  defaultRadius: 6,
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: 'var(--sans)',
  fontFamilyMonospace: 'var(--mono)',
  fontSizes: { xs: '0.75rem', sm: '0.875rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  headings: { fontFamily: 'var(--sans)', fontWeight: '600' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  // Named, not imported: what the first page does not draw is not loaded for its defaults.
  components: {
    Button: { defaultProps: { size: 'sm', fw: 500 } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 32 } },
    Anchor: { defaultProps: { underline: 'hover' } },
    TextInput: { defaultProps: { size: 'sm' } },
    Textarea: { defaultProps: { size: 'sm', autosize: true, minRows: 2 } },
    Select: { defaultProps: { size: 'sm', comboboxProps: popover } },
    Checkbox: { defaultProps: { size: 'xs' } },
    Menu: { defaultProps: popover },
    Popover: { defaultProps: popover },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: false, multiline: true, maw: 320 } },
    Modal: {
      defaultProps: { centered: true, radius: 10, overlayProps: { backgroundOpacity: 0.35 }, padding: 'lg' },
    },
    Drawer: {
      defaultProps: { position: 'right', size: 'lg', overlayProps: { backgroundOpacity: 0.35 }, padding: 'lg' },
    },
  },
});
