/** Takes words to search for. What is typed stays here; the list follows when the typing pauses. */
import { TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useState } from "react";
import { Search } from "@/components/icons";
import classes from "./People.module.css";

const PAUSE_MS = 250;

interface SearchInputProps {
  label: string;
  placeholder: string;
  /** What is in it to begin with. */
  firstText: string;
  onChange: (text: string) => void;
}

export function SearchInput({ label, placeholder, firstText, onChange }: SearchInputProps) {
  const [typed, setTyped] = useState(firstText);
  const pass = useDebouncedCallback(onChange, PAUSE_MS);
  const type = (next: string) => {
    setTyped(next);
    pass(next);
  };
  return (
    <TextInput aria-label={label} placeholder={placeholder} type="search" className={classes.search ?? ""} value={typed} maxLength={100}
      leftSection={<Search size={16} aria-hidden />} onChange={(event) => type(event.currentTarget.value)} />
  );
}
