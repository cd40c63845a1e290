/** Shown in place of a conversation that is not there. */
import { Button } from "@mantine/core";
import { Link } from "react-router-dom";
import { paths } from "@/config/paths";
import classes from "./ChatPane.module.css";

export function ConversationMissing() {
  return (
    <div className={classes.missing}>
      <h1>Conversation not found</h1>
      <p>It may have been deleted, or it belongs to someone else.</p>
      <Button component={Link} to={paths.home}>Begin a new one</Button>
    </div>
  );
}
