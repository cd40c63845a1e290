/** How the page looks; kept in the account, so that it follows the person to other devices. */
import { Radio, Stack } from "@mantine/core";
import type { Theme } from "../api/profile";
import { useTheme } from "../hooks/use-theme";

const themes: { theme: Theme; label: string; description: string }[] = [
  { theme: "light", label: "Light", description: "Dark text on a light ground" },
  { theme: "dark", label: "Dark", description: "Light text on a dark ground" },
  { theme: "system", label: "System", description: "As this device is set" },
];

export function AppearanceSection() {
  const { theme: current, choose } = useTheme();
  return (
    <Radio.Group label="Theme" value={current}
      onChange={(value) => themes.filter(({ theme }) => theme === value).forEach(({ theme }) => choose(theme))}>
      <Stack mt="xs">
        {themes.map(({ theme, label, description }) => (
          <Radio key={theme} value={theme} label={label} description={description} />
        ))}
      </Stack>
    </Radio.Group>
  );
}
