"""What a frame asks of the conversation, as the command that is carried out."""

from service_kit.tokens import Principal

from chat_server.generation.events import ContinueFrame, EditFrame, ExchangeFrame, RegenerateFrame, SendFrame
from chat_server.messages.commands import Command, ContinueCommand, EditCommand, RegenerateCommand, SendCommand


def command_of(frame: ExchangeFrame, user: Principal, conversation_id: str) -> Command:
    """The command of this person in this conversation."""
    user_id, roles = user.user_id, user.roles
    match frame:
        case SendFrame(content, client_id, model):
            return SendCommand(user_id, conversation_id, content, client_id, model, roles)
        case EditFrame(message_id, content, client_id, model):
            return EditCommand(user_id, conversation_id, message_id, content, client_id, model, roles)
        case RegenerateFrame(message_id, client_id, model):
            return RegenerateCommand(user_id, conversation_id, message_id, client_id, model, roles)
        case ContinueFrame(message_id, client_id, model):
            return ContinueCommand(user_id, conversation_id, message_id, client_id, model, roles)
