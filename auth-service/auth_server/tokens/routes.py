"""The token routes."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.security import OAuth2PasswordRequestForm
from service_kit.problems import problem_responses

from auth_server.dependencies import SignInDep
from auth_server.tokens.schemas import TokenOut

router = APIRouter(prefix="/auth", tags=["tokens"], generate_unique_id_function=lambda route: route.name)


@router.post("/token", summary="Sign in", responses=problem_responses(401, 503))
async def create_token(form: Annotated[OAuth2PasswordRequestForm, Depends()], sign_in: SignInDep) -> TokenOut:
    """The OAuth 2.0 password form. `username` may be the e-mail address; scope and client are not looked at."""
    return await sign_in.sign_in(form.username, form.password)
