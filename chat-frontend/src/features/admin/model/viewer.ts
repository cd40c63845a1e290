/** Who looks at the administration, and whether they may change what they see. */
import { createContext, useContext } from "react";

export interface Viewer {
  userId: string;
  /** Administrators may; managers see people and change nothing. */
  mayChange: boolean;
}

export const ViewerContext = createContext<Viewer>({ userId: "", mayChange: false });

export const useViewer = () => useContext(ViewerContext);
